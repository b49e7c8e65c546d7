using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Placement.Hosts;

/// <summary>The operator's part of the status of a XenHost, in full. Pure.</summary>
internal static class HostWord
{
    private static readonly string[] Own = [EvacuatedCondition.Type, FencedCondition.Type];

    /// <param name="host">As read.</param>
    /// <param name="silence">Why nothing is known of it; null while its agent can say that itself.</param>
    /// <param name="isSilent">Whether its lease has run out.</param>
    /// <param name="node">The Node of its name; null when there is none.</param>
    /// <param name="isEvictionRequested">Whether the eviction of its guard was asked for.</param>
    /// <param name="domains">All Domains; asked for only where the host is to be emptied or fenced.</param>
    /// <param name="now">The time.</param>
    public static XenHostStatus Of(
        XenHost host, string? silence, bool isSilent, Node? node, bool isEvictionRequested, Func<IEnumerable<Domain>> domains, DateTimeOffset now)
    {
        List<Condition> conditions = [];
        if (silence is not null)
        {
            Say(HostReadyCondition.Type, (ConditionStatus.Unknown, HostReadyCondition.AgentSilent, silence));
        }
        else if (HostSilence.IsSilent(host))
        {
            // It stays until the agent writes again: left out it would be gone, and nothing said instead.
            conditions.Add(host.Status!.Conditions.Find(HostReadyCondition.Type)!);
        }

        if (HostFencing.Judge(host, !isSilent, host.Spec?.Fence is null || domains().All(IsMarked)) is { } fenced) Say(FencedCondition.Type, fenced);

        var asked = NodeOf(node, isEvictionRequested || host.Status?.Node?.EvictionRequested == true);
        HostMaintenance? maintenance = null;
        if (HostPolicy.IsInMaintenance(host with { Status = (host.Status ?? new XenHostStatus()) with { Node = asked } }))
        {
            maintenance = Evacuation.Progress(host, domains(), now);
            Say(EvacuatedCondition.Type, Evacuation.Judge(maintenance));
        }

        return new XenHostStatus { Conditions = conditions.Count == 0 ? null : conditions, Node = asked, Maintenance = maintenance };

        bool IsMarked(Domain domain) => domain.Status?.Host != host.Metadata.Name || HostSilence.IsSilent(domain);

        void Say(string type, (string Status, string Reason, string Message) what) =>
            conditions.Add((host.Status?.Conditions).Next(type, what.Status, what.Reason, what.Message, host.Metadata.Generation, now));
    }

    /// <summary>Whether all of it is there, and nothing that it does not say any more.</summary>
    public static bool IsSaid(XenHostStatus? now, XenHostStatus desired) =>
        now?.Node == desired.Node
        && Evacuation.Same(now?.Maintenance, desired.Maintenance)
        && (desired.Conditions ?? []).All(condition => now?.Conditions.Find(condition.Type) == condition)
        && Own.All(type => desired.Conditions.Find(type) is not null || now?.Conditions.Find(type) is null);

    private static HostNode? NodeOf(Node? node, bool isEvictionRequested)
    {
        var cordoned = node?.Spec?.Unschedulable == true;
        // What ends a drain is uncordoning, and nothing else: a drain that was broken off, or a guard that is gone, is no other wish.
        var drained = cordoned && isEvictionRequested;
        var draining = drained || node?.Spec?.Taints?.Any(taint => taint.Key == HostPolicy.DrainTaint) == true;
        return cordoned || draining
            ? new HostNode { Cordoned = cordoned ? true : null, Draining = draining ? true : null, EvictionRequested = drained ? true : null }
            : null;
    }
}
