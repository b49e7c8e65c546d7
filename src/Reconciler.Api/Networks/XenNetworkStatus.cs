using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Networks;

/// <summary>What the operator knows of the network. What each host sees of it is in the status of its XenHost.</summary>
public sealed record XenNetworkStatus
{
    /// <summary>The generation of the spec that this status was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted, Ready. Each has its own observedGeneration and a reason from a fixed list, see the reference.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>How many VIFs use the network.</summary>
    public int? Users { get; init; }

    /// <summary>On how many hosts the network is ready.</summary>
    public int? ReadyHosts { get; init; }
}
