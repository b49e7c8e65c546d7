using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What the Node of the host's name asks for; fields that are not set ask for nothing.</summary>
[Atomic]
public sealed record HostNode
{
    /// <summary>The Node is cordoned (spec.unschedulable): nothing new is placed on the host.</summary>
    public bool? Cordoned { get; init; }

    /// <summary>The Node has the taint xen.reconciler.dev/drain: the host is emptied, as with spec.maintenance.</summary>
    public bool? Draining { get; init; }
}
