using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>How many hosts said the same.</summary>
[Atomic]
public sealed record VerdictCount
{
    /// <summary>Fits, or why not.</summary>
    public required string Reason { get; init; }

    /// <summary>How many XenHosts.</summary>
    public required int Hosts { get; init; }
}
