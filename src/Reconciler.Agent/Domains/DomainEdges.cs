using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Events;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Domains;

/// <summary>What a pass changed, as events for the user: one for each edge, none for each look.</summary>
internal static class DomainEdges
{
    /// <summary>Reasons of Ready that a person should look at when they come.</summary>
    private static readonly HashSet<string> Worrying =
    [
        ReadyCondition.NameConflict, ReadyCondition.NotOurs, ReadyCondition.DuplicateDomain, ReadyCondition.InvalidSpec,
        ReadyCondition.FileNotUsable, ReadyCondition.InvalidConfiguration, ReadyCondition.NotEnoughMemory, ReadyCondition.NotSupported,
        ReadyCondition.OperationFailed, ReadyCondition.OperationTimedOut, ReadyCondition.HostUnavailable, ReadyCondition.ShutdownOverdue,
        ReadyCondition.NothingToAdopt, ReadyCondition.NotAllowed, ReadyCondition.RestartBackoff, ReadyCondition.Ended, ReadyCondition.Suspended,
    ];

    /// <param name="before">The status before the pass.</param>
    /// <param name="after">The status after it.</param>
    /// <param name="result">What the pass came to.</param>
    public static IEnumerable<DomainEdge> Between(DomainStatus? before, DomainStatus after, PassResult result)
    {
        if (after.LastExit is { } exit && !Same(exit, before?.LastExit))
            yield return Ended(exit);

        IReadOnlyList<Step> done = result.Execution?.Done ?? [];
        var create = result.Execution?.CreatedDomid is not null ? done.OfType<Step.CreatePaused>().LastOrDefault() : null;
        var started = create is not null && done.Any(step => step is Step.Unpause);
        foreach (var step in done)
        {
            // In one pass, one event: when a host's domains all start at once, each costs as much as a status.
            if (started && step is Step.CreatePaused) continue;
            if (started && step is Step.Unpause) yield return new DomainEdge(EventType.Normal, "Started", "Create", $"{Created(create!, result.Findings)}, and runs.");
            else if (Of(step, result.Findings) is { } edge) yield return edge;
        }

        if (after.LastShutdown is { } shutdown && shutdown != before?.LastShutdown)
            yield return ShutDown(shutdown);

        var ready = after.Conditions.Find(ReadyCondition.Type);
        if (ready is not null && Worrying.Contains(ready.Reason) && before?.Conditions.Find(ReadyCondition.Type)?.Reason != ready.Reason)
            yield return new DomainEdge(EventType.Warning, ready.Reason, "Reconcile", ready.Message ?? "");
    }

    private static DomainEdge? Of(Step step, DomainFindings findings) => step switch
    {
        Step.CreatePaused s => new DomainEdge(EventType.Normal, "Created", "Create", $"{Created(s, findings)}."),
        Step.Adopt s => new DomainEdge(EventType.Normal, "Adopted", "Adopt", $"The domain {s.Domain.Adopts?.XenName} (UUID {s.Found.Uuid}, domid {s.Found.Domid}) is this one's now, as it runs."),
        Step.Unpause => new DomainEdge(EventType.Normal, "Unpaused", "Unpause", "The guest runs."),
        Step.Pause => new DomainEdge(EventType.Normal, "Paused", "Pause", "The guest's virtual CPUs are stopped."),
        Step.RequestShutdown when findings.Domain?.Mark is { ShutdownRequestedAt: { } first, ShutdownAskedAt: { } last } && first != last =>
            new DomainEdge(EventType.Normal, "ShutdownRequestedAgain", "Shutdown", "The guest had taken the request to power off and ran on: it was asked again."),
        Step.RequestShutdown => new DomainEdge(EventType.Normal, "ShutdownRequested", "Shutdown", findings.Plan?.Wait is { Deadline: { } deadline } wait
            ? $"The guest was asked to power off and has {(deadline - wait.Since).TotalSeconds:0} s to do so."
            : "The guest was asked to power off."),
        Step.Destroy { Cause: DestroyCause.HalfMade } => new DomainEdge(EventType.Normal, "Cleaned", "Destroy", "A domain that was cut short while it was made was cleared away."),
        Step.Destroy { Cause: DestroyCause.NeverRan } => new DomainEdge(EventType.Normal, "Destroyed", "Destroy", "The domain had never run and is not wanted any more."),
        _ => null, // told by what the status says of the shutdown, or of the end
    };

    private static string Created(Step.CreatePaused step, DomainFindings findings) => $"Created as {step.Domain.XenName} with domid {findings.Domain?.Domid}";

    private static DomainEdge Ended(ExitStatus exit) => exit.Reason == nameof(ShutdownReason.Poweroff)
        ? new DomainEdge(EventType.Normal, "GuestPoweredOff", "Observe", "The guest powered off by itself.")
        : new DomainEdge(EventType.Warning, "GuestEnded", "Observe", $"The guest ended by itself: {exit.Reason}.");

    private static DomainEdge ShutDown(ShutdownStatus shutdown) => shutdown.Method == ShutdownRecord.Forced
        ? new DomainEdge(EventType.Warning, "ShutdownForced", "Destroy", "The guest did not power off within its grace period and was destroyed, as shutdown.onTimeout says.")
        : new DomainEdge(EventType.Normal, "ShutDown", "Shutdown", "The guest powered off, as asked.");

    private static bool Same(ExitStatus a, ExitStatus? b) => b is not null && a.Domid == b.Domid && a.CreatedAt == b.CreatedAt;
}
