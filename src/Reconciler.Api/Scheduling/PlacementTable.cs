namespace Reconciler.Api.Scheduling;

/// <summary>Every host's answer to one domain, and the choice that follows: what <c>kubectl xen plan</c> prints.</summary>
/// <param name="Decision">What would be done.</param>
/// <param name="Rows">Each host, by name.</param>
public sealed record PlacementTable(PlacementDecision Decision, IReadOnlyList<PlacementRow> Rows)
{
    public static PlacementTable Of(PlacementRequest request, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        var inquiry = new Inquiry(request, cluster);
        return new PlacementTable(HostChoice.Decide(request, cluster), [.. cluster.Hosts.Select(host => Row(inquiry, host))]);
    }

    private static PlacementRow Row(Inquiry inquiry, HostState host)
    {
        var verdict = HostFit.CanPlace(inquiry, host);
        return new PlacementRow(verdict, verdict.Fits ? HostScores.Of(inquiry, host) : null);
    }
}
