using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Placement.Devices;

/// <summary>Which changes call for another look at which devices.</summary>
internal static class DeviceTriggers
{
    /// <summary>At the device itself: what users intend, what the operator has written, and whether the agent has settled it.</summary>
    public static bool OfDevice<T>(StoreChange<T> change, Func<T, DeviceFacts> facts)
        where T : class, IResource<T>
    {
        if (Predicates.Intent(change) || change is not { Old: { } old, New: { } now }) return true;
        var (before, after) = (facts(old), facts(now));
        return before.Host != after.Host || before.IsSettled != after.IsSettled || ClaimsChanged(before, after);
    }

    /// <summary>At the devices beside it: it asks for something else, has something else, or is gone.</summary>
    public static bool OfNeighbour<T>(StoreChange<T> change, Func<T, DeviceFacts> facts)
        where T : class, IResource<T>
    {
        if (Predicates.Generation(change) || change is not { Old: { } old, New: { } now }) return true;
        var (before, after) = (facts(old), facts(now));
        return before.IsJudged != after.IsJudged || ClaimsChanged(before, after);
    }

    /// <summary>At the devices of a Domain: it came, went, was replaced, got or lost its host, or that host became silent.</summary>
    public static bool OfDomain(StoreChange<Domain> change) =>
        change is not { Old: { } old, New: { } now }
        || old.Metadata.Uid != now.Metadata.Uid || old.Status?.Host != now.Status?.Host || HostSilence.IsSilent(old) != HostSilence.IsSilent(now) || Predicates.Deletion(change);

    private static bool ClaimsChanged(DeviceFacts before, DeviceFacts after) => !before.Claims.SequenceEqual(after.Claims);
}
