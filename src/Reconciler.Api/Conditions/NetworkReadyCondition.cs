using Reconciler.Api.Networks;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>Whether NICs can be attached to the network somewhere. Written by the operator (by the agent, where it runs without Kubernetes).</summary>
[ConditionOf(typeof(XenNetwork))]
public static class NetworkReadyCondition
{
    public const string Type = "Ready";

    /// <summary>True: every host that has reported on the network can reach it.</summary>
    public const string Ready = "Ready";

    /// <summary>True: some hosts can reach the network, others can't; the message says why of each.</summary>
    public const string ReadyOnSome = "ReadyOnSome";

    /// <summary>False: no host can reach the network; the message says why of each.</summary>
    public const string NotReachable = "NotReachable";

    /// <summary>False: the spec is not accepted, see the condition Accepted.</summary>
    public const string NotAccepted = "NotAccepted";

    /// <summary>False: the network is being deleted, and VIFs still use it; the message names them. It goes when they are gone.</summary>
    public const string InUse = "InUse";
}
