using Reconciler.Agent.Networking;
using Reconciler.Agent.Storage;
using Reconciler.Api;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Agent.Hosts;

/// <summary>What this host sees of the pools and networks of the cluster: looked at, not believed.</summary>
[EntityRbac(typeof(XenStoragePool), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(XenNetwork), Verbs = RbacVerb.Read)]
internal sealed class HostOffers(Store<XenStoragePool> pools, Store<XenNetwork> networks, IStorage storage, IBridges bridges, NodeName node, TimeProvider time)
{
    private const string NotAccepted = "NotAccepted";

    /// <summary>How long what was seen of the pools is good for: LVM is asked by programs, which cost, and lock the group meanwhile.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    /// <summary>Counts what users change of the pools.</summary>
    private int _version;

    private (int Version, long At, IReadOnlyList<HostStoragePool> Pools)? _seen;

    /// <summary>Calls back whenever users change a pool or a network. What the operator says of them, which are all hosts' words together, is no news.</summary>
    public void OnChange(Action changed)
    {
        pools.Subscribe(pool =>
        {
            if (!Predicates.Generation(pool)) return;
            Interlocked.Increment(ref _version);
            changed();
        });
        networks.Subscribe(network =>
        {
            if (Predicates.Generation(network)) changed();
        });
    }

    /// <summary>Each pool, in the order of the names, as it was seen within the last half minute; null: they are not known yet.</summary>
    public async Task<IReadOnlyList<HostStoragePool>?> StoragePoolsAsync(CancellationToken cancellationToken)
    {
        if (!pools.IsSynced) return null;
        var (version, at) = (Volatile.Read(ref _version), time.GetTimestamp());
        if (_seen is { } last && last.Version == version && time.GetElapsedTime(last.At, at) < Freshness) return last.Pools;
        var seen = await Task.WhenAll(pools.Snapshot.Objects.Values.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).Select(p => LookAsync(p, cancellationToken)));
        _seen = (version, at, seen);
        return seen;
    }

    /// <summary>Each network, in the order of the names; null: they are not known yet.</summary>
    public IReadOnlyList<HostNetwork>? Networks() => networks.IsSynced
        ? [.. networks.Snapshot.Objects.Values.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal).Select(Look)]
        : null;

    private async Task<HostStoragePool> LookAsync(XenStoragePool pool, CancellationToken cancellationToken)
    {
        if (XenStoragePoolValidation.Validate(pool) is [var error, ..])
            return new HostStoragePool { Name = pool.Metadata.Name!, Ready = false, Reason = NotAccepted, Message = error.ToString() };
        var state = await storage.LookAsync(PoolPlace.Of(pool, node.Value), cancellationToken);
        return new HostStoragePool
        {
            Name = pool.Metadata.Name!,
            Ready = state.IsReady,
            Reason = state.Reason,
            Message = state.Message,
            // To a hundredth of all of it: each guest that writes to a sparse volume would have it written anew otherwise.
            Free = state is { FreeBytes: { } free, TotalBytes: { } total and > 0 } ? Bytes(free - free % Math.Max(total / 100, 1)) : null,
            Total = state.TotalBytes is { } all ? Bytes(all) : null,
        };
    }

    private HostNetwork Look(XenNetwork network)
    {
        if (XenNetworkValidation.Validate(network) is [var error, ..])
            return new HostNetwork { Name = network.Metadata.Name!, Ready = false, Reason = NotAccepted, Message = error.ToString() };
        var state = bridges.Look(network.Spec!.On(node.Value));
        return new HostNetwork { Name = network.Metadata.Name!, Ready = state.IsReady, Reason = state.Reason, Message = state.Message };
    }

    private static string Bytes(long bytes) => Quantity.FromKiB(bytes / 1024).ToString();
}
