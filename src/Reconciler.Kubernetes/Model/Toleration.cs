namespace Reconciler.Kubernetes.Model;

/// <summary>Taints that don't keep a Pod away from a Node.</summary>
public sealed record Toleration
{
    /// <summary>The taint's key; null with the operator Exists: every taint.</summary>
    public string? Key { get; init; }

    /// <summary>Exists or Equal.</summary>
    public string? Operator { get; init; }
}
