using Reconciler.Api.Conditions;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Hosts;

/// <summary>What has to be written to confirm that a host is powered off, for the silence that it is in now. Pure.</summary>
public static class FenceRequest
{
    /// <param name="host">As just read. What comes of it is to be written to this very version.</param>
    /// <param name="confirmedBy">Who says so.</param>
    /// <returns>What is to be written; or why nothing can be confirmed, with the remedy.</returns>
    public static (FenceSpec? Fence, string? Refusal) For(XenHost host, string confirmedBy)
    {
        ArgumentNullException.ThrowIfNull(host);
        var name = host.Metadata.Name;
        if (!HostSilence.IsSilent(host))
        {
            var ready = host.Status?.Conditions.Find(HostReadyCondition.Type);
            return (null, $"The agent of XenHost {name} is not silent (Ready is {ready?.Status ?? "not reported yet"}{(ready is null ? "" : $", {ready.Reason}")}), so the host is not lost. "
                + $"Power it off first, and wait {HostLease.Duration.TotalSeconds:0} s; or empty it with spec.maintenance");
        }

        if (host.Status!.BootId is not { Length: > 0 } bootId)
            return (null, $"The agent of XenHost {name} has never said which boot of the host this is, so nothing can be said of its end. No Domain was ever started there");
        return (new FenceSpec { BootId = bootId, SilentSince = host.Status.Conditions.Find(HostReadyCondition.Type)!.LastTransitionTime, ConfirmedBy = confirmedBy }, null);
    }
}
