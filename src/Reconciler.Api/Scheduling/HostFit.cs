namespace Reconciler.Api.Scheduling;

/// <summary>Whether a host can take a domain: a chain of filters, the first that objects gives the reason.</summary>
/// <remarks>
/// Pure. The filters are those of xapi's VM start (live, enabled, capabilities, CPUs, memory with overhead, networks and storage reachable), and
/// what a Domain's placement asks for. The files that a domain boots are not looked at here: only the agent of the host can see them.
/// </remarks>
public static class HostFit
{
    /// <summary>Whether a domain may be placed on a host.</summary>
    public static FitVerdict CanPlace(PlacementRequest request, HostState host)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(host);
        return Objection(request, host) is { } filter
            ? new FitVerdict(host.Name, filter.Reason, filter.Explain(request, host))
            : new FitVerdict(host.Name, null, "");
    }

    /// <summary>The filter that objects first; null when the host fits. Without a message, which nearly nobody asks for.</summary>
    internal static HostFilter? Objection(PlacementRequest request, HostState host)
    {
        foreach (var filter in HostFilters.All)
        {
            if (!filter.Passes(request, host)) return filter;
        }

        return null;
    }

    /// <summary>
    /// Memory that a host has left for a domain: free, less what is reserved for others. KiB; may be negative.
    /// </summary>
    internal static long AvailableKiB(PlacementRequest request, HostState host) => host.FreeKiB - ReservedForOthers(request, host).KiB;

    internal static (long KiB, int Domains) ReservedForOthers(PlacementRequest request, HostState host) =>
        host.Own(request.Identity) is { } own && host.IsReserved(own)
            ? (host.ReservedKiB - own.KiB, host.Reserved - 1)
            : (host.ReservedKiB, host.Reserved);
}
