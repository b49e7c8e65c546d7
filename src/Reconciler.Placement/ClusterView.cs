using System.Collections.Concurrent;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement;

/// <summary>The <see cref="Cluster"/> of the stores, with the placements that were decided and that the stores do not show yet.</summary>
/// <remarks>
/// <para>Kept up change by change: going through all Domains for each decision would make ten thousand of them cost the square of that. And
/// without what is assumed, two Domains decided one after the other would both be promised the last free memory of a host.</para>
/// <para>The stores' own threads only leave their changes here. Everything else is for one caller at a time.</para>
/// </remarks>
internal sealed class ClusterView
{
    private readonly Store<Domain> _domains;
    private readonly ConcurrentQueue<Action> _changes = new();
    private readonly Dictionary<ObjectKey, Assumption> _assumptions = [];
    private readonly Cluster _cluster = new();

    public ClusterView(Store<Domain> domains, Store<XenHost> hosts)
    {
        _domains = domains;
        hosts.Subscribe(change => _changes.Enqueue(() => Take(change)));
        domains.Subscribe(change => _changes.Enqueue(() => Take(change)));
    }

    /// <summary>As the stores show it now, and as it was decided since.</summary>
    public Cluster Now()
    {
        while (_changes.TryDequeue(out var change)) change();
        return _cluster;
    }

    /// <summary>All Domains, as the stores show them and as it was decided since.</summary>
    public IEnumerable<Domain> Domains() =>
        _assumptions.Count == 0 ? _domains.Snapshot.Objects.Values : _domains.Snapshot.Objects.Select(entry => Assumed(entry.Key, entry.Value) ?? entry.Value);

    /// <summary>Remembers a placement, and a move that begins with it, in place of what was assumed of the object before.</summary>
    /// <param name="key">The Domain.</param>
    /// <param name="domain">As it was decided on.</param>
    /// <param name="host">Its host from now on.</param>
    /// <param name="move">Its move from now on.</param>
    public void Assume(ObjectKey key, Domain domain, string host, DomainMove? move)
    {
        var assumption = new Assumption(domain.Metadata.Uid, host, move);
        _assumptions[key] = assumption;
        _cluster.Put(assumption.Of(domain));
    }

    /// <summary>The object is gone, has no new host, or the server has refused it.</summary>
    public void Forget(ObjectKey key)
    {
        if (!_assumptions.Remove(key, out var assumption)) return;
        _cluster.Remove(new Domain { Metadata = new() { Namespace = key.Namespace, Name = key.Name, Uid = assumption.Uid } });
        if (_domains.Get(key) is { } domain) _cluster.Put(domain);
    }

    private void Take(StoreChange<XenHost> change)
    {
        if (change.New is null) _cluster.RemoveHost(change.Key.Name);
        else _cluster.Put(change.New);
    }

    private void Take(StoreChange<Domain> change)
    {
        if (change.Old is { } old && old.Metadata.Uid != change.New?.Metadata.Uid) _cluster.Remove(old);
        if (change.New is not { } domain) return;
        var assumed = Assumed(change.Key, domain);
        if (assumed is null) _assumptions.Remove(change.Key);
        _cluster.Put(assumed ?? domain);
    }

    /// <summary>With what is assumed filled in; null once the store shows it, or another object of that name.</summary>
    private Domain? Assumed(ObjectKey key, Domain domain) =>
        _assumptions.TryGetValue(key, out var assumption) && domain.Metadata.Uid == assumption.Uid && !assumption.IsShownBy(domain.Status) ? assumption.Of(domain) : null;

    private sealed record Assumption(string? Uid, string Host, DomainMove? Move)
    {
        public bool IsShownBy(DomainStatus? status) => status?.Host == Host && (Move is null || status.Move == Move);

        public Domain Of(Domain domain) => domain with { Status = (domain.Status ?? new DomainStatus()) with { Host = Host, Move = Move } };
    }
}
