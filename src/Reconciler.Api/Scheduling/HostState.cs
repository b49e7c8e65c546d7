using System.Collections.Frozen;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling;

/// <summary>One host as decisions see it: what it reported, read once, and who is there. Kept by <see cref="Cluster"/>.</summary>
public sealed class HostState
{
    private readonly Dictionary<string, Resident> _residents = new(StringComparer.Ordinal);

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

    internal long TotalKiB { get; private set; }

    /// <summary>Whether free memory is a number at all.</summary>
    internal bool IsMeasured { get; private set; }

    internal bool IsReady { get; private set; }

    internal FrozenSet<string> GuestTypes { get; private set; } = FrozenSet<string>.Empty;

    internal FrozenDictionary<string, HostStoragePool> Pools { get; private set; } = FrozenDictionary<string, HostStoragePool>.Empty;

    internal FrozenDictionary<string, HostNetwork> Networks { get; private set; } = FrozenDictionary<string, HostNetwork>.Empty;

    /// <summary>By its own type, whose enumerator is no allocation.</summary>
    internal Dictionary<string, Resident>.ValueCollection Residents => _residents.Values;

    /// <summary>Those that must be apart from others: only they have to be asked about a Domain that asks for nothing.</summary>
    internal List<Resident> MustBeApart { get; } = [];

    /// <summary>Those that would rather be apart from others.</summary>
    internal List<Resident> RatherApart { get; } = [];

    internal DateTimeOffset? MeasuredAt => Host?.Status?.Memory?.MeasuredAt;

    internal void Set(XenHost? host)
    {
        Host = host;
        var status = host?.Status;
        IsMeasured = Quantity.TryParse(status?.Memory?.Free, out var free);
        FreeKiB = free.KiB;
        TotalKiB = Quantity.TryParse(status?.Memory?.Total, out var total) ? total.KiB : 0;
        IsReady = status?.Conditions.Find(HostReadyCondition.Type)?.Status == ConditionStatus.True;
        GuestTypes = (status?.GuestTypes ?? []).ToFrozenSet(StringComparer.Ordinal);
        Pools = (status?.StoragePools ?? []).DistinctBy(pool => pool.Name, StringComparer.Ordinal).ToFrozenDictionary(pool => pool.Name, StringComparer.Ordinal);
        Networks = (status?.Networks ?? []).DistinctBy(network => network.Name, StringComparer.Ordinal).ToFrozenDictionary(network => network.Name, StringComparer.Ordinal);
        (ReservedKiB, Reserved) = (0, 0);
        foreach (var resident in _residents.Values) Count(resident, 1);
    }

    internal void Add(Resident resident)
    {
        Remove(resident.Identity);
        _residents.Add(resident.Identity, resident);
        Count(resident, 1);
        if (resident.Required is not null) MustBeApart.Add(resident);
        if (resident.Preferred is not null) RatherApart.Add(resident);
    }

    internal void Remove(string identity)
    {
        if (!_residents.Remove(identity, out var resident)) return;
        Count(resident, -1);
        if (resident.Required is not null) MustBeApart.Remove(resident);
        if (resident.Preferred is not null) RatherApart.Remove(resident);
    }

    /// <summary>Counts memory as free that was not when the host was measured, KiB.</summary>
    internal void Release(long kiB) => FreeKiB += kiB;

    /// <summary>The Domain itself, when the host has it already: it does not stand in its own way.</summary>
    internal Resident? Own(string identity) => _residents.GetValueOrDefault(identity);

    internal bool IsReserved(Resident resident) => resident.IsReserved(Name, MeasuredAt);

    private void Count(Resident resident, int sign)
    {
        if (!IsReserved(resident)) return;
        ReservedKiB += sign * resident.KiB;
        Reserved += sign;
    }
}
