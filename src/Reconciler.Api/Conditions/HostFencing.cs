using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Conditions;

/// <summary>What a confirmation that a host is powered off is worth.</summary>
public static class HostFencing
{
    /// <summary>Whether its Domains may be started elsewhere: it is fenced, and has not spoken since.</summary>
    public static bool IsFenced(XenHost? host) => HostSilence.IsSilent(host) && host!.Status!.Conditions.IsTrue(FencedCondition.Type);

    /// <summary>
    /// Whether that is evidence about a Domain: nothing was heard of it since the host became silent, and what was heard last was of the boot
    /// that has ended.
    /// </summary>
    public static bool Covers(XenHost? host, Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return IsFenced(host) && HostSilence.IsSilent(domain) && (domain.Status?.BootId is not { Length: > 0 } boot || boot == host!.Spec?.Fence?.BootId);
    }

    /// <summary>The judgement of spec.fence, to be compared with nothing but the very object that it is in; null without one.</summary>
    /// <param name="host">As read.</param>
    /// <param name="isAlive">Whether its lease is renewed, though its status may not say so yet.</param>
    /// <param name="areMarked">
    /// Whether each of its Domains says that nothing is heard of it. After that no Domain is marked so any more, so that one that is not is one
    /// that an agent has spoken of since.
    /// </param>
    public static (string Status, string Reason, string Message)? Judge(XenHost host, bool isAlive, bool areMarked)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Spec?.Fence is not { } fence) return null;
        if (isAlive || !HostSilence.IsSilent(host))
            return (ConditionStatus.False, FencedCondition.HostSpeaks, "Its agent speaks: there is nothing to fence. A confirmation counts for the silence that it was given for, and for no other");
        var silentSince = host.Status!.Conditions.Find(HostReadyCondition.Type)!.LastTransitionTime;
        if (fence.BootId != host.Status.BootId || fence.SilentSince != silentSince)
        {
            return (
                ConditionStatus.False, FencedCondition.Stale,
                $"Confirmed was that boot {fence.BootId}, silent since {fence.SilentSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, is powered off; "
                + $"this is boot {host.Status.BootId ?? "unknown"}, silent since {silentSince.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        }

        if (!areMarked && !IsFenced(host))
            return (ConditionStatus.False, FencedCondition.Pending, "Confirmed to be powered off; first each of its Domains has to say that nothing is heard of it");
        return (ConditionStatus.True, FencedCondition.ConfirmedPoweredOff, $"{fence.ConfirmedBy} has confirmed that it is powered off. What can run elsewhere is started elsewhere");
    }
}
