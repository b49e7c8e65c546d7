namespace Reconciler.Kubernetes.Model;

/// <summary>What a container asks for and may use: Quantities by resource ("cpu", "memory").</summary>
public sealed record ResourceRequirements
{
    /// <summary>What is set aside for it on the Node.</summary>
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    /// <summary>What it may use at most.</summary>
    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
