using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Placement.Hosts;

/// <summary>Which changes call for another look at which hosts.</summary>
internal static class HostTriggers
{
    /// <summary>At the host itself: what is asked of it, and whether it speaks.</summary>
    public static bool OfHost(StoreChange<XenHost> change) =>
        Predicates.Intent(change)
        || change.Old?.Status?.BootId != change.New?.Status?.BootId
        || change.Old?.Status?.Conditions.Find(HostReadyCondition.Type) != change.New?.Status?.Conditions.Find(HostReadyCondition.Type);

    /// <summary>The host of a Lease.</summary>
    public static IEnumerable<ObjectKey> Of(Lease lease) => HostLease.HostOf(lease.Metadata.Name) is { } host ? [new ObjectKey(null, host)] : [];

    /// <summary>The host that is a Node.</summary>
    public static IEnumerable<ObjectKey> Of(Node node) => [new ObjectKey(null, node.Metadata.Name!)];

    /// <summary>At the host of a guard: its eviction was asked for, or is not any more.</summary>
    public static bool OfGuard(StoreChange<Pod> change) => HostGuard.EvictionRequested(change.Old) != HostGuard.EvictionRequested(change.New);

    /// <summary>The host of a Domain.</summary>
    public static IEnumerable<ObjectKey> Of(Domain domain) => domain.Status?.Host is { Length: > 0 } host ? [new ObjectKey(null, host)] : [];

    /// <summary>At the hosts that a Domain is on, or was: it came, went, was halted, or says something else about leaving.</summary>
    public static bool OfDomain(StoreChange<Domain> change) =>
        change is not { Old: { } old, New: { } now }
        || old.Status?.Host != now.Status?.Host
        || old.Status?.Domid is null != now.Status?.Domid is null
        || Predicates.Intent(change)
        || HostSilence.IsSilent(old) != HostSilence.IsSilent(now)
        || old.Status?.Conditions.Find(PlacedCondition.Type) != now.Status?.Conditions.Find(PlacedCondition.Type);

    /// <summary>At the host of a Node: kubelets write to theirs every few seconds, and nothing of that matters here.</summary>
    public static bool OfNode(StoreChange<Node> change) =>
        change is not { Old: { } old, New: { } now }
        || old.Spec?.Unschedulable != now.Spec?.Unschedulable
        || !(old.Spec?.Taints ?? []).SequenceEqual(now.Spec?.Taints ?? []);
}
