using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>Whether the host has domains whose Domain is another host's by now. There only while it has. Written by the agent.</summary>
[ConditionOf(typeof(XenHost))]
public static class SplitBrainCondition
{
    public const string Type = "SplitBrain";

    /// <summary>
    /// True: the message names them. They were running here when the host came back, though it was confirmed to be powered off, and were
    /// started elsewhere meanwhile. They are paused, so that no more is written by two, and kept: which copy is the good one is for a
    /// person to say.
    /// </summary>
    public const string HeldElsewhere = "HeldElsewhere";
}
