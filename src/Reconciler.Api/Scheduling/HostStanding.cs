using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling;

/// <summary>What a host says to every domain alike: worked out when the host changes, not when a domain asks.</summary>
internal static class HostStanding
{
    /// <summary>Why nothing new can be placed on a host, by the first of the reasons; null when that depends on the domain.</summary>
    public static FitVerdict? Objection(HostState state, XenHost host) =>
        Find(state, host) is { } found ? new FitVerdict(state.Name, found.Reason, found.Message) : null;

    private static (UnfitReason Reason, string Message)? Find(HostState state, XenHost host)
    {
        if (state.Name.Length > XenApi.MaximumHostNameLength)
            return (UnfitReason.HostNameTooLong, $"its name has more than the {XenApi.MaximumHostNameLength} characters of a label's value");
        if (host.Metadata.DeletionTimestamp is not null) return (UnfitReason.BeingDeleted, "it is being deleted");
        if (HostPolicy.Unschedulable(host) is { } policy) return (UnfitReason.Unschedulable, policy);
        return WhyNotReady(host.Status?.Conditions.Find(HostReadyCondition.Type)) is { } unready
            ? (UnfitReason.NotReady, unready)
            : WhyNotReported(state, host.Status) is { } unreported ? (UnfitReason.NotReady, unreported) : null;
    }

    private static string? WhyNotReady(Condition? ready) => ready switch
    {
        { Status: ConditionStatus.True } => null,
        null => "its agent has not reported yet",
        { Message: { } message } => $"not ready: {ready.Reason} ({message})",
        _ => $"not ready: {ready.Reason}",
    };

    private static string? WhyNotReported(HostState state, XenHostStatus? status)
    {
        if (status is not { Cpus: not null, GuestTypes: not null }) return "its agent has not reported memory, CPUs and guest types yet";
        if (state.IsMeasured) return null;
        return status.Memory?.Free is { } free
            ? $"its agent reported free memory that is no quantity: \"{free}\""
            : "its agent has not reported memory, CPUs and guest types yet";
    }
}
