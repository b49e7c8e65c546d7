using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Placement.Draining;

/// <summary>Which changes call for another look at whose guard.</summary>
internal static class HostGuardTriggers
{
    /// <summary>At the host's own: it came, or goes.</summary>
    public static bool OfHost(StoreChange<XenHost> change) => change is not { Old: { } old, New: { } now }
        || old.Metadata.Uid != now.Metadata.Uid
        || Predicates.Deletion(change);

    /// <summary>The host of a guard.</summary>
    public static IEnumerable<ObjectKey> Of(Pod guard) => HostGuard.HostOf(guard.Metadata.Name) is { } host ? [new ObjectKey(null, host)] : [];

    /// <summary>The host that a Domain is on, while it counts.</summary>
    public static IEnumerable<ObjectKey> Of(Domain domain) => Evacuation.HostToLeave(domain) is { } host ? [new ObjectKey(null, host)] : [];

    /// <summary>At the hosts on which a Domain begins or ceases to count.</summary>
    public static bool OfDomain(StoreChange<Domain> change) =>
        (change.Old is null ? null : Evacuation.HostToLeave(change.Old)) != (change.New is null ? null : Evacuation.HostToLeave(change.New));
}
