using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>What one host said.</summary>
[Atomic]
public sealed record HostVerdict
{
    /// <summary>The name of the XenHost.</summary>
    public required string Host { get; init; }

    /// <summary>Why not, in one word: NotReady, NotEnoughMemory, ...</summary>
    public required string Reason { get; init; }
}
