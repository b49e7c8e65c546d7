using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>The choice of a host: filter, then the best score; among equals the first by name.</summary>
/// <remarks>Pure and deterministic: the same cluster gives the same choice, in whatever order it was taken in.</remarks>
public static class HostChoice
{
    /// <summary>A message names at most this many hosts: it has to be read by a person.</summary>
    private const int NamedHosts = 8;

    /// <summary>Decides where a domain goes.</summary>
    /// <param name="request">What it asks for.</param>
    /// <param name="cluster">All hosts, and what is spoken for on them.</param>
    /// <param name="except">The host that it is to leave, which is not asked.</param>
    public static PlacementDecision Decide(PlacementRequest request, Cluster cluster, string? except = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return Decide(request, cluster, except is null ? cluster.Hosts : [.. cluster.Hosts.Where(host => host.Name != except)]);
    }

    /// <summary>Decides among some of the hosts.</summary>
    internal static PlacementDecision Decide(PlacementRequest request, Cluster cluster, IReadOnlyList<HostState> hosts)
    {
        ArgumentNullException.ThrowIfNull(request);
        var inquiry = new Inquiry(request, cluster);
        HostState? best = null;
        var score = -1;
        var refused = new List<HostVerdict>();
        var counts = new int[VerdictCounts.Length];
        for (var i = 0; i < hosts.Count; i++)
        {
            var host = hosts[i];
            var objection = HostFit.Objection(inquiry, host);
            counts[VerdictCounts.IndexOf(objection)]++;
            if (objection is { } reason)
            {
                if (refused.Count < PlacementStatus.MaximumHosts) refused.Add(new HostVerdict { Host = host.Name, Reason = VerdictCounts.NameOf(reason) });
                continue;
            }

            var total = HostScores.Of(inquiry, host).Total;
            if (total <= score) continue;
            (best, score) = (host, total);
        }

        return new PlacementDecision
        {
            Host = best?.Name,
            Score = best is null ? null : score,
            Reason = best is not null ? PlacedCondition.Placed : hosts.Count == 0 ? PlacedCondition.NoHost : PlacedCondition.NoHostFits,
            Message = best is not null ? $"On XenHost {best.Name}" : Explain(inquiry, hosts),
            Refused = refused,
            Counts = VerdictCounts.Of(counts),
        };
    }

    private static string Explain(Inquiry inquiry, IReadOnlyList<HostState> hosts)
    {
        if (hosts.Count == 0)
            return "There is no XenHost yet. An agent that runs on a Xen host makes one; see kubectl get xenhosts";

        // With a host asked for by name, what the others say is of no interest.
        if (inquiry.Placement?.HostName is { } wanted)
        {
            return hosts.FirstOrDefault(host => host.Name == wanted) is { } named
                ? $"XenHost {wanted}, asked for by placement.hostName, does not fit: {HostFit.CanPlace(inquiry, named).Message}"
                : $"placement.hostName asks for XenHost {wanted}, which does not exist. There are: {string.Join(", ", hosts.Take(NamedHosts).Select(host => host.Name))}{More(hosts)}";
        }

        var shown = string.Join("; ", hosts.Take(NamedHosts).Select(host => $"{host.Name}: {HostFit.CanPlace(inquiry, host).Message}"));
        return $"No XenHost of {hosts.Count} fits: {shown}{More(hosts)}";
    }

    private static string More(IReadOnlyList<HostState> hosts) => hosts.Count > NamedHosts ? $" and {hosts.Count - NamedHosts} more" : "";
}
