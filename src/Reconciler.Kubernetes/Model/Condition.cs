using Reconciler.Kubernetes.Schema;

namespace Reconciler.Kubernetes.Model;

/// <summary>One aspect of an object's state.</summary>
/// <remarks>metav1.Condition. A list of them is a map by <see cref="Type"/> (listType=map), so that managers own conditions, not lists.</remarks>
public sealed record Condition
{
    /// <summary>Which aspect: Ready. CamelCase, fixed per kind.</summary>
    [Length(1, 316)]
    public required string Type { get; init; }

    /// <summary>True, False or Unknown.</summary>
    [AllowedValues("True", "False", "Unknown")]
    public required string Status { get; init; }

    /// <summary>Why, in one word: CamelCase, from the documented list of the condition.</summary>
    [Length(1, 1024)]
    [Pattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$")]
    public required string Reason { get; init; }

    /// <summary>Why, for people.</summary>
    /// <remarks>
    /// Empty is null: server-side apply of API server 1.20 merges an empty string in an item of a list to null, and then refuses the whole.
    /// </remarks>
    [Length(0, 32768)]
    public string? Message { get; init => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The generation of the spec that this was judged by.</summary>
    [Range(0)]
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed; whole seconds on the wire.</summary>
    public required DateTimeOffset LastTransitionTime { get; init; }
}
