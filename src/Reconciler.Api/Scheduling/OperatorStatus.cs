using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling.Moves;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling;

/// <summary>The part of a Domain's status that whoever places domains owns: host, placement, Accepted, Placed, and Ready until an agent has taken it over, and while that agent is silent.</summary>
internal static class OperatorStatus
{
    public static DomainStatus NotAccepted(Domain domain, IReadOnlyList<FieldError> errors, DateTimeOffset now)
    {
        var message = string.Join(" ", errors);
        return Compose(
            domain,
            host: null,
            domain.Status?.Placement,
            now,
            accepted: (ConditionStatus.False, AcceptedCondition.InvalidSpec, message),
            placed: (ConditionStatus.False, PlacedCondition.NotAccepted, "The spec is not accepted, so no host is looked for"),
            ready: (ConditionStatus.False, ReadyCondition.NotAccepted, message),
            move: domain.Status?.Move);
    }

    public static DomainStatus NoHost(Domain domain, PlacementDecision decision, PlacementStatus placement, DateTimeOffset now) => Compose(
        domain,
        host: null,
        placement,
        now,
        accepted: (ConditionStatus.True, AcceptedCondition.Valid, ""),
        placed: (ConditionStatus.False, decision.Reason, decision.Message),
        ready: (ConditionStatus.False, ReadyCondition.NoHost, decision.Message),
        move: domain.Status?.Move);

    /// <param name="domain">The domain.</param>
    /// <param name="errors">What is wrong with its spec.</param>
    /// <param name="name">The host that holds it, or that it is given to.</param>
    /// <param name="host">That host; null when it does not exist.</param>
    /// <param name="move">What is decided about leaving it.</param>
    /// <param name="placement">The last decision.</param>
    /// <param name="now">For conditions that flip.</param>
    public static DomainStatus Placed(
        Domain domain, IReadOnlyList<FieldError> errors, string name, XenHost? host, MoveDecision move, PlacementStatus? placement, DateTimeOffset now) =>
        Compose(
            domain,
            name,
            placement,
            now,
            accepted: errors.Count == 0
                ? (ConditionStatus.True, AcceptedCondition.Valid, "")
                : (ConditionStatus.False, AcceptedCondition.InvalidSpec,
                    $"{string.Join(" ", errors)} Until it is mended the domain stays as the last accepted spec asked for."),
            placed: host is null
                ? (ConditionStatus.Unknown, PlacedCondition.HostGone, Gone(domain, name))
                : move is { Reason: { } reason, Next: null }
                    ? (ConditionStatus.True, reason, move.Message)
                    : (ConditionStatus.True, PlacedCondition.Placed, $"On XenHost {name}"),
            ready: Waiting(domain, name, host, isNew: move.Next is not null),
            move: (move.Move ?? Carried(domain, now)) is { } next && !(next.From == name && (move.Next is not null || domain.Status?.Host != name)) ? next : null);

    private static string Gone(Domain domain, string name) =>
        $"XenHost {name} does not exist any more, and the domain may still run there. It is not placed anew"
        + $"{(domain.Metadata.DeletionTimestamp is null ? "" : ", and the deletion waits")}. Bring the host back; "
        + $"or, with proof that the domain runs nowhere, remove the finalizer {XenApi.ReleaseFinalizer}";

    /// <summary>The move that the status has, until the domain has arrived.</summary>
    private static DomainMove? Carried(Domain domain, DateTimeOffset now) => EvacuationOrder.HasLanded(domain, now) ? null : domain.Status?.Move;

    private static (string Status, string Reason, string Message) Waiting(Domain domain, string name, XenHost? host, bool isNew)
    {
        // Once it is fenced, what does not say so has been spoken of by an agent since, and that word is not to be overruled.
        if (HostSilence.IsSilent(host) && (HostSilence.IsSilent(domain) || !HostFencing.IsFenced(host)))
            return (ConditionStatus.Unknown, ReadyCondition.AgentSilent, $"The agent of XenHost {name} gives no sign of life; the domain may be running there");
        if (HostSilence.IsSilent(domain) && !isNew)
            return (ConditionStatus.Unknown, ReadyCondition.AgentSilent, $"The agent of XenHost {name} was silent, and has not reported on the domain since");
        if (host is null) return (ConditionStatus.False, ReadyCondition.WaitingForHost, $"Placed on XenHost {name}, which does not exist any more");
        var ready = host.Status?.Conditions.Find(HostReadyCondition.Type);
        return ready?.Status == ConditionStatus.True
            ? (ConditionStatus.False, ReadyCondition.WaitingForAgent, $"Placed on XenHost {name}; its agent has not reported on the domain yet")
            : (ConditionStatus.False, ReadyCondition.WaitingForHost, $"Placed on XenHost {name}, which is not ready{(ready is null ? "" : $": {ready.Reason}")}");
    }

    private static DomainStatus Compose(
        Domain domain,
        string? host,
        PlacementStatus? placement,
        DateTimeOffset now,
        (string Status, string Reason, string Message) accepted,
        (string Status, string Reason, string Message) placed,
        (string Status, string Reason, string Message) ready,
        DomainMove? move = null)
    {
        var conditions = new List<Condition>
        {
            Next(AcceptedCondition.Type, accepted.Status, accepted.Reason, accepted.Message),
            Next(PlacedCondition.Type, placed.Status, placed.Reason, placed.Message),
        };
        // What was said on the host that it had is not said of it any more.
        var ownsReady = ReadyOwnership.IsOperators(domain.Status) || host != domain.Status?.Host;
        if (ownsReady || ready.Reason == ReadyCondition.AgentSilent) conditions.Add(Next(ReadyCondition.Type, ready.Status, ready.Reason, ready.Message));
        return new DomainStatus
        {
            Host = host,
            Move = move,
            Placement = placement,
            Conditions = conditions,
            ObservedGeneration = ownsReady ? domain.Metadata.Generation : null,
        };

        Condition Next(string type, string status, string reason, string message) =>
            (domain.Status?.Conditions).Next(type, status, reason, message, domain.Metadata.Generation, now);
    }
}
