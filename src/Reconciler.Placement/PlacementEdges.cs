using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Events;

namespace Reconciler.Placement;

/// <summary>Which events a change of status is worth: one for each edge, none for what goes on as it was.</summary>
internal static class PlacementEdges
{
    public static IEnumerable<PlacementEdge> Between(DomainStatus? before, DomainStatus after)
    {
        var accepted = after.Conditions.Find(AcceptedCondition.Type)!;
        var acceptedBefore = before?.Conditions.Find(AcceptedCondition.Type);

        // Another wrong value is news to the one who has just tried to mend it.
        if (accepted.Status == ConditionStatus.False && (acceptedBefore?.Status != accepted.Status || acceptedBefore.Message != accepted.Message))
            yield return new PlacementEdge(EventType.Warning, "NotAccepted", "Accept", accepted.Message ?? "");

        var placed = after.Conditions.Find(PlacedCondition.Type)!;
        if (after.Host is not null && before?.Host != after.Host)
            yield return new PlacementEdge(EventType.Normal, PlacedCondition.Placed, "Place", placed.Message ?? "");
        else if (placed.Reason != before?.Conditions.Find(PlacedCondition.Type)?.Reason
            && placed.Reason is PlacedCondition.NoHost or PlacedCondition.NoHostFits or PlacedCondition.HostGone)
            yield return new PlacementEdge(EventType.Warning, placed.Reason, "Place", placed.Message ?? "");
        else if (placed.Reason != before?.Conditions.Find(PlacedCondition.Type)?.Reason && placed.Reason is PlacedCondition.Moving)
            yield return new PlacementEdge(EventType.Normal, placed.Reason, "Move", placed.Message ?? "");
        else if (placed.Reason != before?.Conditions.Find(PlacedCondition.Type)?.Reason && placed.Reason is PlacedCondition.CannotMove)
            yield return new PlacementEdge(EventType.Warning, placed.Reason, "Move", placed.Message ?? "");
    }
}
