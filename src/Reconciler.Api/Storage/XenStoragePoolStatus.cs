using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>What the operator knows of the pool. What each host sees of it is in the status of its XenHost.</summary>
public sealed record XenStoragePoolStatus
{
    /// <summary>The generation of the spec that this status was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Accepted, Ready. Each has its own observedGeneration and a reason from a fixed list, see the reference.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>How many VBDs use the pool.</summary>
    public int? Users { get; init; }

    /// <summary>On how many hosts the pool is ready.</summary>
    public int? ReadyHosts { get; init; }
}
