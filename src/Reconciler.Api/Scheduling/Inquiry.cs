using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>What a Domain asks of the hosts of a cluster: its request, and what in the cluster concerns it, looked up once for all hosts.</summary>
/// <remarks>Of the cluster as it is now: not to be kept.</remarks>
internal sealed class Inquiry
{
    /// <summary>The hosts that have memory reserved for the Domain itself, and how much, KiB.</summary>
    private readonly HostState[] _reservedOn = [];
    private readonly long _reservedKiB;

    private readonly Dictionary<HostState, Resident> _rivals = [];
    private readonly Dictionary<HostState, int> _unwelcome = [];

    public Inquiry(PlacementRequest request, Cluster cluster)
    {
        Request = request;
        Selector = Placement?.HostSelector?.ToArray();
        if (cluster.FindResident(request.Identity) is { } own)
            (_reservedOn, _reservedKiB) = ([.. cluster.HostsOf(own).Where(host => host.IsReserved(own))], own.KiB);

        foreach (var rival in cluster.AntiAffinity.Rivals(request))
        {
            foreach (var host in cluster.HostsOf(rival)) _rivals[host] = First(_rivals.GetValueOrDefault(host), rival);
        }

        foreach (var unwelcome in cluster.AntiAffinity.Unwelcome(request))
        {
            foreach (var host in cluster.HostsOf(unwelcome)) _unwelcome[host] = _unwelcome.GetValueOrDefault(host) + 1;
        }
    }

    public PlacementRequest Request { get; }

    public PlacementSpec? Placement => Request.Domain.Spec?.Placement;

    /// <summary>The labels that a host must have.</summary>
    public KeyValuePair<string, string>[]? Selector { get; }

    /// <summary>A Domain on the host that excludes this one, or is excluded by it: the first by name. Null when there is none.</summary>
    public Resident? Rival(HostState host) => _rivals.Count == 0 ? null : _rivals.GetValueOrDefault(host);

    /// <summary>How many wishes there are, of Domains on the host and of this one, to be apart.</summary>
    public int Unwelcome(HostState host) => _unwelcome.Count == 0 ? 0 : _unwelcome.GetValueOrDefault(host);

    /// <summary>Memory that the host has left for the Domain: free, less what is reserved for others. KiB; may be negative.</summary>
    public long AvailableKiB(HostState host) => host.FreeKiB - ReservedForOthers(host).KiB;

    /// <summary>A Domain that the host has already does not stand in its own way.</summary>
    public (long KiB, int Domains) ReservedForOthers(HostState host) =>
        _reservedOn.Length > 0 && Array.IndexOf(_reservedOn, host) >= 0
            ? (host.ReservedKiB - _reservedKiB, host.Reserved - 1)
            : (host.ReservedKiB, host.Reserved);

    private static Resident First(Resident? first, Resident other) =>
        first is null || string.CompareOrdinal(other.Domain.Metadata.Name, first.Domain.Metadata.Name) < 0 ? other : first;
}
