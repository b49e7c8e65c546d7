namespace Reconciler.Kubernetes.Model;

/// <summary>What is asked of a Node.</summary>
public sealed record NodeSpec
{
    /// <summary>Cordoned: no new pods.</summary>
    public bool? Unschedulable { get; init; }

    /// <summary>What keeps pods away.</summary>
    public IReadOnlyList<Taint>? Taints { get; init; }
}
