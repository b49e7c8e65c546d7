using Reconciler.Agent.Networking;
using Reconciler.Agent.Storage;
using Reconciler.Api;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Agent.Hosts;

/// <summary>What this host sees of the pools and networks of the cluster: looked at, not believed.</summary>
[EntityRbac(typeof(XenStoragePool), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(XenNetwork), Verbs = RbacVerb.Read)]
internal sealed class HostOffers(Store<XenStoragePool> pools, Store<XenNetwork> networks, IStorage storage, IBridges bridges, NodeName node)
{
    private const string NotAccepted = "NotAccepted";

    /// <summary>Calls back whenever a pool or network changes.</summary>
    public void OnChange(Action changed)
    {
        pools.Subscribe(_ => changed());
        networks.Subscribe(_ => changed());
    }

    /// <summary>Each pool, in the order of the names; null: they are not known yet.</summary>
    public async Task<IReadOnlyList<HostStoragePool>?> StoragePoolsAsync(CancellationToken cancellationToken) => pools.IsSynced
        ? await Task.WhenAll(pools.Snapshot.Objects.Values.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).Select(p => LookAsync(p, cancellationToken)))
        : null;

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
