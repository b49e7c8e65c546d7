using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Embedded.Manifests;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>Whether everything is as the manifests ask for, and if not, what each thing waits for. Pure.</summary>
/// <param name="Waiting">One line for each thing that is not; empty: converged.</param>
internal sealed record Convergence(IReadOnlyList<string> Waiting)
{
    public bool IsReached => Waiting.Count == 0;

    /// <param name="domains">All that there are.</param>
    /// <param name="problems">Of the manifests.</param>
    /// <param name="isLookedAt">False for what this process has not looked at: its status is what an earlier one saw.</param>
    public static Convergence Of(IEnumerable<Domain> domains, IEnumerable<ManifestProblem> problems, Predicate<Domain> isLookedAt) =>
        new([.. problems.Select(p => p.ToString()), .. domains.Select(d => Wait(d, isLookedAt(d))).OfType<string>()]);

    /// <summary>The same with devices: each is ready, or waits only for its Domain to be started.</summary>
    public Convergence And(IEnumerable<Vbd> vbds, IEnumerable<Vif> vifs, Predicate<string?> isLookedAt) => new(
    [
        .. Waiting,
        .. vbds.Select(v => Wait(v, v.Status?.Conditions, isLookedAt(v.Metadata.Uid))).OfType<string>(),
        .. vifs.Select(v => Wait(v, v.Status?.Conditions, isLookedAt(v.Metadata.Uid))).OfType<string>(),
    ]);

    private static string? Wait(IKubernetesObject device, IReadOnlyList<Condition>? conditions, bool isLookedAt)
    {
        var name = $"{device.Kind} {device.Metadata.Namespace}/{device.Metadata.Name}";
        var ready = conditions.Find(DeviceReadyCondition.Type);
        if (device.Metadata.DeletionTimestamp is not null) return $"{name}: is being deleted ({ready?.Reason ?? "not begun"})";
        var isAsAsked = ready is { Status: ConditionStatus.True } or { Reason: DeviceReadyCondition.DomainHalted };
        if (isAsAsked && isLookedAt && ready!.ObservedGeneration == device.Metadata.Generation) return null;
        return ready is null || isAsAsked ? $"{name}: has not been looked at yet" : $"{name}: {ready.Reason} ({ready.Message})";
    }

    private static string? Wait(Domain domain, bool isLookedAt)
    {
        var name = $"{domain.Metadata.Namespace}/{domain.Metadata.Name}";
        if (domain.Metadata.DeletionTimestamp is not null) return $"{name}: is being deleted ({ReasonOf(domain) ?? "not begun"})";
        var conditions = domain.Status?.Conditions ?? [];
        var ready = conditions.Find(ReadyCondition.Type);
        var isReady = ready is { Status: ConditionStatus.True };
        if (isReady && isLookedAt && ready!.ObservedGeneration == domain.Metadata.Generation) return null;
        if (ready is null || isReady) return $"{name}: has not been looked at yet";

        // What blocks is said by the condition that is nearest to its cause.
        var cause = conditions.FirstOrDefault(c => c.Type is AcceptedCondition.Type or PlacedCondition.Type && c.Status == ConditionStatus.False) ?? ready;
        return $"{name}: {cause.Reason}{(string.IsNullOrEmpty(cause.Message) ? "" : $" ({cause.Message})")}";
    }

    private static string? ReasonOf(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;
}
