namespace Reconciler.Api.Scheduling;

/// <summary>Whether a host can take a domain: a chain of filters, the first that objects gives the reason.</summary>
/// <remarks>
/// Pure. The filters are those of xapi's VM start (live, enabled, capabilities, CPUs, memory with overhead, networks and storage reachable), and
/// what a Domain's placement asks for. The files that a domain boots are not looked at here: only the agent of the host can see them.
/// </remarks>
public static class HostFit
{
    /// <summary>Whether a domain may be placed on a host of a cluster.</summary>
    public static FitVerdict CanPlace(PlacementRequest request, Cluster cluster, HostState host)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(host);
        return CanPlace(new Inquiry(request, cluster), host);
    }

    internal static FitVerdict CanPlace(Inquiry inquiry, HostState host) =>
        First(HostFilters.Wishes, inquiry, host)?.Verdict(inquiry, host)
        ?? host.Standing
        ?? First(HostFilters.Needs, inquiry, host)?.Verdict(inquiry, host)
        ?? new FitVerdict(host.Name, null, "");

    /// <summary>The reason alone, null when the host fits: without a message, which nearly nobody asks for.</summary>
    internal static UnfitReason? Objection(Inquiry inquiry, HostState host) =>
        First(HostFilters.Wishes, inquiry, host)?.Reason
        ?? host.Standing?.Reason
        ?? First(HostFilters.Needs, inquiry, host)?.Reason;

    /// <summary>The filter that objects first.</summary>
    private static HostFilter? First(HostFilter[] filters, Inquiry inquiry, HostState host)
    {
        foreach (var filter in filters)
        {
            if (!filter.Passes(inquiry, host)) return filter;
        }

        return null;
    }
}
