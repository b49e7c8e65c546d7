namespace Reconciler.Kubernetes.Model;

/// <summary>metav1.Condition. A list of them is a map by <see cref="Type"/> (listType=map), so that managers own conditions, not lists.</summary>
public sealed record Condition
{
    /// <summary>"Ready". CamelCase, fixed per kind.</summary>
    public required string Type { get; init; }

    /// <summary>"True", "False" or "Unknown".</summary>
    public required string Status { get; init; }

    /// <summary>CamelCase, from the documented list of the condition.</summary>
    public required string Reason { get; init; }

    /// <summary>For people. At most 32 KiB.</summary>
    public string Message { get; init => field = value ?? ""; } = "";

    /// <summary>The generation that this was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed; whole seconds on the wire.</summary>
    public required DateTimeOffset LastTransitionTime { get; init; }
}
