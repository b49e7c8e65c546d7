using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;

namespace Reconciler.Api.Scheduling;

/// <summary>What is decided by: the hosts and the Domains on them, kept up with change by change, so that a decision does not have to go through all Domains.</summary>
/// <remarks>
/// <para>The same objects give the same state, in whatever order they were put in. Not safe for concurrent use; decisions only read.</para>
/// <para>The memory of a Domain that is placed is reserved from the decision on (put it in with its status.host filled in) until its host
/// has measured with it: see <see cref="Resident.IsReserved"/>.</para>
/// </remarks>
public sealed class Cluster
{
    private readonly Dictionary<string, HostState> _hosts = new(StringComparer.Ordinal);

    /// <summary>The Domains that have a host, by identity.</summary>
    private readonly Dictionary<string, Resident> _residents = new(StringComparer.Ordinal);

    private HostState[]? _byName;

    /// <summary>The hosts that exist, by name.</summary>
    public IReadOnlyList<HostState> Hosts => _byName ??= [.. _hosts.Values.Where(state => state.Host is not null).OrderBy(state => state.Name, StringComparer.Ordinal)];

    internal AntiAffinity AntiAffinity { get; } = new();

    /// <param name="hosts">All XenHosts.</param>
    /// <param name="domains">All Domains; those just decided with their status.host filled in.</param>
    public static Cluster Of(IEnumerable<XenHost> hosts, IEnumerable<Domain> domains)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(domains);
        var cluster = new Cluster();
        foreach (var host in hosts) cluster.Put(host);
        foreach (var domain in domains) cluster.Put(domain);
        return cluster;
    }

    /// <summary>A host by its name; null when it does not exist.</summary>
    public HostState? Find(string name) => _hosts.TryGetValue(name, out var state) && state.Host is not null ? state : null;

    /// <summary>Takes in a host, in place of what was known of it.</summary>
    public void Put(XenHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var state = At(host.Metadata.Name ?? "");
        if (state.Host is null) _byName = null;
        state.Set(host);
    }

    /// <summary>The XenHost is gone. Domains that name it do so still.</summary>
    public void RemoveHost(string name)
    {
        if (!_hosts.TryGetValue(name, out var state)) return;
        _byName = null;
        state.Set(null);
        if (state.Domains == 0) _hosts.Remove(name);
    }

    /// <summary>Takes in a Domain, in place of what was known of it.</summary>
    public void Put(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Remove(domain);
        var resident = new Resident(domain);
        if (resident.Places.Count == 0) return;
        _residents.Add(resident.Identity, resident);
        AntiAffinity.Add(resident);
        foreach (var place in resident.Places) At(place).Add(resident);
    }

    /// <summary>The Domain is gone.</summary>
    public void Remove(Domain domain)
    {
        if (!_residents.Remove(DomainIdentity.Of(domain), out var resident)) return;
        AntiAffinity.Remove(resident);
        foreach (var place in resident.Places)
        {
            var state = _hosts[place];
            state.Remove(resident);
            if (state.Host is null && state.Domains == 0) _hosts.Remove(place);
        }
    }

    /// <summary>
    /// As if the Domain had ended, to see what follows from it: it is gone, and the memory that it has is free until its host is taken in anew.
    /// </summary>
    /// <param name="domain">As it was put in.</param>
    public void Vacate(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Remove(domain);
        var resident = new Resident(domain);
        foreach (var place in resident.Places)
        {
            if (Find(place) is { } state && resident.IsMeasured(place, state.MeasuredAt)) state.Release(resident.KiB);
        }
    }

    /// <summary>A Domain as the others see it; null when it has no host.</summary>
    internal Resident? FindResident(string identity) => _residents.GetValueOrDefault(identity);

    /// <summary>The hosts that a Domain is on, or is about to be on.</summary>
    internal IEnumerable<HostState> HostsOf(Resident resident) => resident.Places.Select(place => _hosts[place]);

    private HostState At(string name)
    {
        if (_hosts.TryGetValue(name, out var state)) return state;
        return _hosts[name] = new HostState(name);
    }
}
