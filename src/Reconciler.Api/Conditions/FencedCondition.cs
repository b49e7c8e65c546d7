using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether there is evidence that a host whose agent is silent does not run any more. There only while spec.fence is set. Written by the
/// operator.
/// </summary>
[ConditionOf(typeof(XenHost))]
public static class FencedCondition
{
    public const string Type = "Fenced";

    /// <summary>True: somebody has confirmed that it is powered off, for this very silence. Its Domains may be started elsewhere.</summary>
    public const string ConfirmedPoweredOff = "ConfirmedPoweredOff";

    /// <summary>False: confirmed; its Domains are marked as silent first. It takes a moment.</summary>
    public const string Pending = "Pending";

    /// <summary>False: the host is not silent, so there is nothing to fence. Confirmed or not, it is as alive as it says.</summary>
    public const string HostSpeaks = "HostSpeaks";

    /// <summary>False: what was confirmed is another boot, or another silence, than the one that lasts now. Confirm it anew.</summary>
    public const string Stale = "Stale";
}
