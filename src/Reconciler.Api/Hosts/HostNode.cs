using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What the Node of the host's name asks for; fields that are not set ask for nothing.</summary>
[Atomic]
public sealed record HostNode
{
    /// <summary>The Node is cordoned (spec.unschedulable): nothing new is placed on the host.</summary>
    public bool? Cordoned { get; init; }

    /// <summary>The Node has the taint xen.reconciler.dev/drain, or is being drained: the host is emptied, as with spec.maintenance.</summary>
    public bool? Draining { get; init; }

    /// <summary>
    /// The Node is being drained (kubectl drain): the eviction of the host's guard Pod was asked for while the Node was cordoned. Holds until
    /// the Node is uncordoned, also when the drain was broken off.
    /// </summary>
    public bool? EvictionRequested { get; init; }
}
