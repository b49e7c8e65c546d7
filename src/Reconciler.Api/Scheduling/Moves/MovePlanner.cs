using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;

namespace Reconciler.Api.Scheduling.Moves;

/// <summary>Whether a Domain leaves its host, because that is to be emptied or was fenced.</summary>
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
        Domain domain, string holder, IReadOnlyCollection<XenHost> hosts, Func<Reservations> reservations, MoveFacts facts, DateTimeOffset now)
    {
        var host = hosts.FirstOrDefault(candidate => candidate.Metadata.Name == holder);
        var isFenced = HostFencing.Covers(host, domain);
        if (domain.Metadata.DeletionTimestamp is not null) return new MoveDecision { IsGone = isFenced };

        var move = domain.Status?.Move is { } begun && begun.From == holder ? begun : null;
        if (move is not null && HasVacated(domain)) return Go(domain, move, hosts, reservations());
        if (isFenced) return Rescue(domain, holder, hosts, reservations, facts, now);
        if (move is not null) return Moving(move);
        return HostPolicy.IsInMaintenance(host) ? Evacuate(domain, holder, HostSilence.IsSilent(host), hosts, reservations, facts, now) : MoveDecision.Stay;
    }

    /// <summary>Whether the agent of the host that is left has said, for this very move, that nothing is left there.</summary>
    public static bool HasVacated(Domain domain) =>
        domain.Status is { Move: { } move, Vacated: { } vacated } && vacated.Host == move.From && vacated.Since == move.Since;

    private static MoveDecision Evacuate(
        Domain domain, string holder, bool isSilent, IReadOnlyCollection<XenHost> hosts, Func<Reservations> reservations, MoveFacts facts, DateTimeOffset now)
    {
        if (isSilent) return Cannot($"On XenHost {holder}, which is to be emptied, but its agent is silent, so nothing can be shut down there");
        if (Mobility.Hindrance(domain, holder, facts) is { } hindrance) return Cannot($"On XenHost {holder}, which is to be emptied, but {hindrance}");
        if (EvacuationOrder.WaitsFor(domain, holder, facts.Domains(), now) is { } others)
            return new MoveDecision { Reason = PlacedCondition.WaitingToMove, Message = $"On XenHost {holder}, which is to be emptied; {others}" };

        var next = HostChoice.Decide(domain, [.. hosts.Where(other => other.Metadata.Name != holder)], reservations());
        return next.Host is null
            ? Cannot($"On XenHost {holder}, which is to be emptied, but no other can take it. {next.Message}")
            : Moving(new DomainMove { From = holder, To = next.Host, Reason = DomainMove.Maintenance, Since = Microseconds(now) });
    }

    private static MoveDecision Rescue(
        Domain domain, string holder, IReadOnlyCollection<XenHost> hosts, Func<Reservations> reservations, MoveFacts facts, DateTimeOffset now)
    {
        if (Mobility.Hindrance(domain, holder, facts) is { } hindrance) return Cannot($"XenHost {holder} is fenced, but {hindrance}");
        var next = HostChoice.Decide(domain, [.. hosts.Where(other => other.Metadata.Name != holder)], reservations());
        return next.Host is null
            ? Cannot($"XenHost {holder} is fenced, but no other can take the domain. {next.Message}")
            : new MoveDecision { Move = new DomainMove { From = holder, To = next.Host, Reason = DomainMove.Fenced, Since = Microseconds(now) }, Next = next };
    }

    private static MoveDecision Go(Domain domain, DomainMove move, IReadOnlyCollection<XenHost> hosts, Reservations reservations) =>
        new() { Move = move, Next = HostChoice.Decide(domain, hosts, reservations) };

    private static MoveDecision Moving(DomainMove move) => new()
    {
        Reason = PlacedCondition.Moving,
        Message = $"Leaves XenHost {move.From}, which is to be emptied; started elsewhere when nothing of it is left there",
        Move = move,
    };

    private static MoveDecision Cannot(string message) => new() { Reason = PlacedCondition.CannotMove, Message = message };

    /// <summary>As on the wire, so that what is read again is equal to what was written.</summary>
    private static DateTimeOffset Microseconds(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), time.Offset);
}
