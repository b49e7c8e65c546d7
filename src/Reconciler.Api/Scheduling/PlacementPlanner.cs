using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Scheduling.Moves;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Scheduling;

/// <summary>
/// Accepts a Domain, finds it a host, and lets it go again if it never had one: all that is decided about a Domain without asking a host.
/// </summary>
/// <remarks>
/// <para>Expected flow: validate -> status.host -> finalizer and label. The agent of that host does the rest, and takes the finalizer off
/// when nothing of the domain is left there.</para>
/// <para>Guarantees: a domain that has a host keeps it, whatever becomes of the spec, the host or the label, unless it is moved with proof that
/// nothing of it is left there (<see cref="MovePlanner"/>). A Domain is let go only when
/// neither status.host nor the label names a host, or the host is fenced.</para>
/// <para>Assumption: status.host is written only to the version of the object that the plan was made from.</para>
/// <para>Caveat: a label without status.host (a manifest that was copied from the cluster, or a status that was lost) may mean that the
/// domain runs on the host that it names. So that host is the only one then that the domain may go to, and on deletion its agent is asked.</para>
/// <para>Pure. Without Kubernetes the agent uses it for itself; the only host is its own then.</para>
/// </remarks>
public static class PlacementPlanner
{
    /// <summary>While something about a move is awaited: other Domains, a delay, an agent.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>What is to be written for a Domain now.</summary>
    /// <param name="domain">As read, with its status.</param>
    /// <param name="cluster">All hosts, and what is spoken for on them.</param>
    /// <param name="request">What the Domain asks of a host; asked for only when one has to be chosen, since it takes a look at its devices.</param>
    /// <param name="moves">What a move is decided by.</param>
    /// <param name="now">For conditions that flip.</param>
    public static PlacementPlan Plan(Domain domain, Cluster cluster, Func<PlacementRequest> request, MoveFacts moves, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        var label = domain.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel);
        var labelled = string.IsNullOrEmpty(label) ? null : label;
        // Of a host that was left with proof, a label says nothing any more.
        var lost = domain.Status?.Move?.From == labelled && MovePlanner.HasVacated(domain) ? null : labelled;
        var holder = string.IsNullOrEmpty(domain.Status?.Host) ? null : domain.Status.Host;
        var errors = DomainValidation.Validate(domain);

        if (domain.Metadata.DeletionTimestamp is not null)
        {
            if (domain.Metadata.Finalizers?.Contains(XenApi.ReleaseFinalizer, StringComparer.Ordinal) != true) return PlacementPlan.Nothing;
            if ((holder ?? lost) is not { } last) return new PlacementPlan { Release = true };
            return MovePlanner.Decide(domain, last, cluster, request, moves, now).IsGone
                ? new PlacementPlan { Release = true }
                : Keep(last, domain.Status?.Placement);
        }

        if (holder is not null)
        {
            var move = MovePlanner.Decide(domain, holder, cluster, request, moves, now);
            var told = move.Next is { } next ? Told(domain, next, now) : move.Considered is { } considered ? Told(domain, considered with { Host = null }, now) : domain.Status?.Placement;
            return move.Next is { Host: null } nowhere
                ? new PlacementPlan { Status = OperatorStatus.NoHost(domain, nowhere, told!, now), LookAgainAfter = LookAgain }
                : Keep(move.Next?.Host ?? holder, told, move);
        }

        if (errors.Count > 0) return new PlacementPlan { Status = OperatorStatus.NotAccepted(domain, errors, now) };

        var decision = lost is null ? HostChoice.Decide(request(), cluster) : OnlyOn(lost, request(), cluster);
        var placement = Told(domain, decision, now);
        return decision.Host is { } host
            ? Keep(host, placement)
            : new PlacementPlan { Status = OperatorStatus.NoHost(domain, decision, placement, now) };

        PlacementPlan Keep(string name, PlacementStatus? told, MoveDecision? move = null) => new()
        {
            AddFinalizer = domain.Metadata.DeletionTimestamp is null
                && domain.Metadata.Finalizers?.Contains(XenApi.ReleaseFinalizer, StringComparer.Ordinal) != true,
            Status = OperatorStatus.Placed(domain, errors, name, cluster.Find(name)?.Host, move ?? MoveDecision.Stay, told, now),
            HostLabel = labelled == name ? null : name,
            LookAgainAfter = move?.Reason is null && domain.Status?.Move is null ? null : LookAgain,
        };
    }

    private static PlacementStatus Told(Domain domain, PlacementDecision decision, DateTimeOffset now) =>
        decision.ToStatus(domain.Status?.Placement, Refusals.After(domain.Status, now), now);

    private static PlacementDecision OnlyOn(string label, PlacementRequest request, Cluster cluster)
    {
        var host = cluster.Find(label);
        var decision = HostChoice.Decide(request, cluster, host is null ? [] : [host]);
        return decision.Host is not null ? decision : decision with
        {
            Reason = PlacedCondition.NoHostFits,
            Message = $"The label {XenApi.HostLabel} names XenHost {label}, which {(host is null ? "does not exist" : $"does not fit: {HostFit.CanPlace(request, cluster, host).Message}")}. "
                + "The domain may be running there, so no other host is tried. If it is not, remove the label",
        };
    }
}
