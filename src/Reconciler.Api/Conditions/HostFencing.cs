using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Conditions;

/// <summary>What a confirmation that a host is powered off is worth.</summary>
public static class HostFencing
{
    /// <summary>Whether its Domains may be started elsewhere: it is fenced, and has not spoken since.</summary>
    public static bool IsFenced(XenHost? host) => HostSilence.IsSilent(host) && host!.Status!.Conditions.IsTrue(FencedCondition.Type);

    /// <summary>The judgement of spec.fence, to be compared with nothing but the very object that it is in; null without one.</summary>
    public static (string Status, string Reason, string Message)? Judge(XenHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Spec?.Fence is not { } fence) return null;
        if (!HostSilence.IsSilent(host))
            return (ConditionStatus.False, FencedCondition.HostSpeaks, "Its agent speaks: there is nothing to fence. A confirmation counts for the silence that it was given for, and for no other");
        var silentSince = host.Status!.Conditions.Find(HostReadyCondition.Type)!.LastTransitionTime;
        if (fence.BootId != host.Status.BootId || fence.SilentSince != silentSince)
        {
            return (
                ConditionStatus.False, FencedCondition.Stale,
                $"Confirmed was that boot {fence.BootId}, silent since {fence.SilentSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, is powered off; "
                + $"this is boot {host.Status.BootId ?? "unknown"}, silent since {silentSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }

        return (ConditionStatus.True, FencedCondition.ConfirmedPoweredOff, $"{fence.ConfirmedBy} has confirmed that it is powered off. What can run elsewhere is started elsewhere");
    }
}
