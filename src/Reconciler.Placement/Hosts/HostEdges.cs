using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Events;

namespace Reconciler.Placement.Hosts;

/// <summary>Which events a change of what the operator says of a host is worth.</summary>
internal static class HostEdges
{
    public static IEnumerable<PlacementEdge> Between(XenHostStatus? before, XenHostStatus after)
    {
        if (Begun(HostReadyCondition.Type) is { Reason: HostReadyCondition.AgentSilent } silent)
            yield return Edge(EventType.Warning, "Observe", silent);
        if (Begun(FencedCondition.Type) is { } fenced)
            yield return Edge(EventType.Warning, "Fence", fenced) with { Reason = fenced.Status == ConditionStatus.True ? FencedCondition.Type : fenced.Reason };
        if (Begun(EvacuatedCondition.Type) is { } evacuated)
            yield return Edge(evacuated.Reason == EvacuatedCondition.Blocked ? EventType.Warning : EventType.Normal, "Evacuate", evacuated);

        Condition? Begun(string type) =>
            after.Conditions.Find(type) is { } now && now.Reason != before?.Conditions.Find(type)?.Reason ? now : null;
    }

    private static PlacementEdge Edge(EventType type, string action, Condition condition) => new(type, condition.Reason, action, condition.Message ?? "");
}
