using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Placement;

/// <summary>Which changes call for another look at which domains.</summary>
internal static class PlacementTriggers
{
    /// <summary>At the domain itself: what users and agents intend, and who owns what in the status. Not what is merely reported.</summary>
    public static bool OfDomain(StoreChange<Domain> change) =>
        Predicates.Intent(change)
        || change.Old?.Status?.Host != change.New?.Status?.Host
        || change.Old?.Status?.Refusal != change.New?.Status?.Refusal
        || change.Old?.Status?.Vacated != change.New?.Status?.Vacated
        || (HostSilence.IsSilent(change.Old) != HostSilence.IsSilent(change.New))
        || ReadyOwnership.IsOperators(change.Old?.Status) != ReadyOwnership.IsOperators(change.New?.Status);

    /// <summary>At the domains that wait for a host: memory that was reserved may have become free, or a host of one to be apart from.</summary>
    public static bool MakesRoom(StoreChange<Domain> change) =>
        change.Old is { Status.Host: not null } old
        && (change.New is null
            || change.New.Metadata.Uid != old.Metadata.Uid
            || change.New.Metadata.Generation != old.Metadata.Generation
            || change.New.Status?.Host != old.Status.Host
            || (change.New.Metadata.DeletionTimestamp is not null && old.Metadata.DeletionTimestamp is null));

    /// <summary>At the domains on a host: it came, went, became ready or unready, is to be emptied, or was fenced.</summary>
    public static bool HostCameOrWent(StoreChange<XenHost> change) =>
        change.Old is null || change.New is null || change.Old.Metadata.Uid != change.New.Metadata.Uid
        || change.Old.Status?.Conditions.Find(HostReadyCondition.Type) != change.New.Status?.Conditions.Find(HostReadyCondition.Type)
        || HostPolicy.IsInMaintenance(change.Old) != HostPolicy.IsInMaintenance(change.New)
        || HostFencing.IsFenced(change.Old) != HostFencing.IsFenced(change.New);
}
