namespace Reconciler.Kubernetes.Model;

/// <summary>What became of a Pod.</summary>
public sealed record PodStatus
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown. One that has Succeeded or Failed never runs again.</summary>
    public string? Phase { get; init; }
}
