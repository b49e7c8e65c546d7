using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>Whether a host that is to be emptied is empty. There only while it is asked for (spec.maintenance, or its Node). Written by the operator.</summary>
[ConditionOf(typeof(XenHost))]
public static class EvacuatedCondition
{
    public const string Type = "Evacuated";

    /// <summary>True: no Domain is on the host that is, or could be, running.</summary>
    public const string Empty = "Empty";

    /// <summary>False: Domains are being moved; status.maintenance says how many are left, and which.</summary>
    public const string Evacuating = "Evacuating";

    /// <summary>False: what is left can't be moved, and goes on running; status.maintenance says why. Halt it, or make room for it elsewhere.</summary>
    public const string Blocked = "Blocked";
}
