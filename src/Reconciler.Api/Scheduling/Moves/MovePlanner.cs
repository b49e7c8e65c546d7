using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling.Moves;

/// <summary>Whether a Domain leaves its host, because that is to be emptied, was fenced, refuses it, or is not the one asked for by name.</summary>
/// <remarks>
/// <para>Expected flow: status.move -> its agent shuts the domain down and writes status.vacated -> another status.host.</para>
/// <para>Guarantees: a Domain gets another host only with proof that nothing of it is left on the one that it has: the word of that
/// host's agent for this very move, or fence evidence for a host that has said nothing of this very Domain since it became silent. The
/// agent writes the Domain's status before it acts on one that was declared silent, and either write is refused if the other was first.</para>
/// <para>A move that has begun is finished, whatever becomes of the wish to empty the host.</para>
/// <para>Assumption: what is decided is written to the very version of the Domain that it was decided by.</para>
/// </remarks>
internal static class MovePlanner
{
    public static MoveDecision Decide(
        Domain domain, string holder, Cluster cluster, Func<PlacementRequest> request, MoveFacts facts, DateTimeOffset now)
    {
        var host = cluster.Find(holder)?.Host;
        var isFenced = HostFencing.Covers(host, domain);
        if (domain.Metadata.DeletionTimestamp is not null) return new MoveDecision { IsGone = isFenced };

        var move = domain.Status?.Move is { } begun && begun.From == holder ? begun : null;
        if (move is not null && HasVacated(domain)) return new MoveDecision { Move = move, Next = HostChoice.Decide(request(), cluster) };
        if (isFenced) return Rescue(domain, holder, cluster, request, facts, now);
        if (move is not null) return Moving(move);
        if (HostPolicy.IsInMaintenance(host)) return Evacuate(domain, holder, HostSilence.IsSilent(host), cluster, request, facts, now);
        if (host is not null && domain.Spec?.Placement?.HostName is { } wanted && wanted != holder)
            return Follow(domain, holder, wanted, HostSilence.IsSilent(host), cluster, request, facts, now);
        return Refusals.Refusing(domain) is { } refusal ? Replace(domain, refusal, cluster, request, facts, now) : MoveDecision.Stay;
    }

    /// <summary>Whether the agent of the host that is left has said, for this very move, that nothing is left there.</summary>
    public static bool HasVacated(Domain domain) =>
        domain.Status is { Move: { } move, Vacated: { } vacated } && vacated.Host == move.From && vacated.Since == move.Since;

    private static MoveDecision Evacuate(
        Domain domain, string holder, bool isSilent, Cluster cluster, Func<PlacementRequest> request, MoveFacts facts, DateTimeOffset now)
    {
        if (isSilent) return Cannot($"On XenHost {holder}, which is to be emptied, but its agent is silent, so nothing can be shut down there");
        if (Mobility.Hindrance(domain, holder, facts) is { } hindrance) return Cannot($"On XenHost {holder}, which is to be emptied, but {hindrance}");
        if (EvacuationOrder.WaitsFor(domain, holder, facts.Domains(), now) is { } others)
            return new MoveDecision { Reason = PlacedCondition.WaitingToMove, Message = $"On XenHost {holder}, which is to be emptied; {others}" };

        var next = HostChoice.Decide(request(), cluster, except: holder);
        return next.Host is null
            ? Cannot($"On XenHost {holder}, which is to be emptied, but no other can take it. {next.Message}", next)
            : Moving(new DomainMove { From = holder, To = next.Host, Reason = DomainMove.Maintenance, Since = Microseconds(now) }, next);
    }

    private static MoveDecision Rescue(
        Domain domain, string holder, Cluster cluster, Func<PlacementRequest> request, MoveFacts facts, DateTimeOffset now)
    {
        if (Mobility.Hindrance(domain, holder, facts) is { } hindrance) return Cannot($"XenHost {holder} is fenced, but {hindrance}");
        var next = HostChoice.Decide(request(), cluster, except: holder);
        return next.Host is null
            ? Cannot($"XenHost {holder} is fenced, but no other can take the domain. {next.Message}", next)
            : new MoveDecision { Move = new DomainMove { From = holder, To = next.Host, Reason = DomainMove.Fenced, Since = Microseconds(now) }, Next = next };
    }

    /// <summary>Its host can't start it for now. Only another that can is worth a move: the host itself goes on trying.</summary>
    private static MoveDecision Replace(
        Domain domain, HostRefusal refusal, Cluster cluster, Func<PlacementRequest> request, MoveFacts facts, DateTimeOffset now)
    {
        var holder = refusal.Host;
        if (Mobility.Hindrance(domain, holder, facts) is { } hindrance) return Cannot($"On XenHost {holder}, which refuses it ({refusal.Message}), but {hindrance}");
        var next = HostChoice.Decide(request(), cluster, except: holder);
        return next.Host is null
            ? Cannot($"On XenHost {holder}, which refuses it ({refusal.Message}), but no other can take it. {next.Message}", next)
            : Moving(new DomainMove { From = holder, To = next.Host, Reason = DomainMove.Refused, Since = Microseconds(now) }, next);
    }

    /// <summary>placement.hostName has come to ask for another host. A guest that runs is not shut down for that.</summary>
    private static MoveDecision Follow(
        Domain domain, string holder, string wanted, bool isSilent, Cluster cluster, Func<PlacementRequest> request, MoveFacts facts, DateTimeOffset now)
    {
        var asked = $"On XenHost {holder}, and placement.hostName asks for {wanted}";
        if (isSilent || HostSilence.IsSilent(domain)) return Cannot($"{asked}, but the agent of {holder} is silent, so nobody knows whether it runs there");
        if (Mobility.Hindrance(domain, holder, facts) is { } hindrance) return Cannot($"{asked}, but {hindrance}");
        if (MayRun(domain))
            return new MoveDecision { Reason = PlacedCondition.WaitingToMove, Message = $"{asked}. It goes there when it is not running: set powerState to Halted, and back when it is there" };
        var next = HostChoice.Decide(request(), cluster, except: holder);
        return next.Host is null
            ? Cannot($"{asked}. {next.Message}", next)
            : Moving(new DomainMove { From = holder, To = next.Host, Reason = DomainMove.HostName, Since = Microseconds(now) }, next);
    }

    /// <summary>Whether its agent has said so, or can't tell.</summary>
    private static bool MayRun(Domain domain) =>
        domain.Status is { Domid: not null } || domain.Status?.Conditions.Find(ReadyCondition.Type)?.Status == ConditionStatus.Unknown;

    private static MoveDecision Moving(DomainMove move, PlacementDecision? considered = null) => new()
    {
        Reason = PlacedCondition.Moving,
        Message = move.Reason switch
        {
            DomainMove.HostName => $"Leaves XenHost {move.From} for {move.To}, which placement.hostName asks for; started there when nothing of it is left",
            DomainMove.Refused => $"Leaves XenHost {move.From}, which refuses it; started elsewhere when nothing of it is left there",
            _ => $"Leaves XenHost {move.From}, which is to be emptied; started elsewhere when nothing of it is left there",
        },
        Move = move,
        Considered = considered,
    };

    private static MoveDecision Cannot(string message, PlacementDecision? considered = null) =>
        new() { Reason = PlacedCondition.CannotMove, Message = message, Considered = considered };

    /// <summary>As on the wire, so that what is read again is equal to what was written.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), time.Offset);
}
