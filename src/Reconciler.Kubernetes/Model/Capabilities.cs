namespace Reconciler.Kubernetes.Model;

/// <summary>POSIX capabilities of a container, beside or without those that the runtime gives.</summary>
public sealed record Capabilities
{
    /// <summary>Which it does not get; "ALL" for all.</summary>
    public IReadOnlyList<string>? Drop { get; init; }
}
