using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>Whether volumes of the pool can be attached somewhere. Written by the operator (by the agent, where it runs without Kubernetes).</summary>
[ConditionOf(typeof(XenStoragePool))]
public static class StoragePoolReadyCondition
{
    public const string Type = "Ready";

    /// <summary>True: every host that has reported on the pool can reach it.</summary>
    public const string Ready = "Ready";

    /// <summary>True: some hosts can reach the pool, others can't; the message says why of each.</summary>
    public const string ReadyOnSome = "ReadyOnSome";

    /// <summary>False: no host can reach the pool; the message says why of each.</summary>
    public const string NotReachable = "NotReachable";

    /// <summary>False: the spec is not accepted, see the condition Accepted.</summary>
    public const string NotAccepted = "NotAccepted";

    /// <summary>False: the pool is being deleted, and VBDs still use it; the message names them. It goes when they are gone.</summary>
    public const string InUse = "InUse";
}
