using System.Collections.Frozen;
using Reconciler.Api.Hosts;

namespace Reconciler.Api.Scheduling;

/// <summary>One host as decisions see it: what it reported, read once, and who is there. Kept by <see cref="Cluster"/>.</summary>
public sealed class HostState
{
    private readonly HashSet<Resident> _residents = [];

    internal HostState(string name) => Name = name;

    /// <summary>The XenHost's name.</summary>
    public string Name { get; }

    /// <summary>The object; null when there is none (any more) and Domains name it all the same.</summary>
    public XenHost? Host { get; private set; }

    /// <summary>Free memory as it was measured, KiB.</summary>
    public long FreeKiB { get; private set; }

    /// <summary>Of that, what is spoken for by domains that are to start there, KiB.</summary>
    public long ReservedKiB { get; private set; }

    /// <summary>How many domains that is.</summary>
    public int Reserved { get; private set; }

    /// <summary>Domains that name the host in status.host, or are being moved to it, whatever they do.</summary>
    public int Domains => _residents.Count;

    /// <summary>What it says to every domain that did not ask for another; null when that depends on the domain.</summary>
    internal FitVerdict? Standing { get; private set; }

    internal int Cpus { get; private set; }

    internal long TotalKiB { get; private set; }

    /// <summary>Whether free memory is a number at all.</summary>
    internal bool IsMeasured { get; private set; }

    internal FrozenSet<string> GuestTypes { get; private set; } = FrozenSet<string>.Empty;

    internal FrozenDictionary<string, HostStoragePool> Pools { get; private set; } = FrozenDictionary<string, HostStoragePool>.Empty;

    internal FrozenDictionary<string, HostNetwork> Networks { get; private set; } = FrozenDictionary<string, HostNetwork>.Empty;

    internal DateTimeOffset? MeasuredAt => Host?.Status?.Memory?.MeasuredAt;

    internal void Set(XenHost? host)
    {
        Host = host;
        var status = host?.Status;
        IsMeasured = Quantity.TryParse(status?.Memory?.Free, out var free);
        FreeKiB = free.KiB;
        TotalKiB = Quantity.TryParse(status?.Memory?.Total, out var total) ? total.KiB : 0;
        Cpus = status?.Cpus ?? 0;
        GuestTypes = (status?.GuestTypes ?? []).ToFrozenSet(StringComparer.Ordinal);
        Pools = (status?.StoragePools ?? []).DistinctBy(pool => pool.Name, StringComparer.Ordinal).ToFrozenDictionary(pool => pool.Name, StringComparer.Ordinal);
        Networks = (status?.Networks ?? []).DistinctBy(network => network.Name, StringComparer.Ordinal).ToFrozenDictionary(network => network.Name, StringComparer.Ordinal);
        Standing = host is null ? null : HostStanding.Objection(this, host);
        (ReservedKiB, Reserved) = (0, 0);
        foreach (var resident in _residents) Count(resident, 1);
    }

    internal void Add(Resident resident)
    {
        if (_residents.Add(resident)) Count(resident, 1);
    }

    internal void Remove(Resident resident)
    {
        if (_residents.Remove(resident)) Count(resident, -1);
    }

    /// <summary>Counts memory as free that was not when the host was measured, KiB.</summary>
    internal void Release(long kiB) => FreeKiB += kiB;

    internal bool IsReserved(Resident resident) => resident.IsReserved(Name, MeasuredAt);

    private void Count(Resident resident, int sign)
    {
        if (!IsReserved(resident)) return;
        ReservedKiB += sign * resident.KiB;
        Reserved += sign;
    }
}
