using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Devices;

/// <summary>Finds the VBDs and VIFs of a Domain, and the pools and networks that they name, in the stores.</summary>
/// <remarks>
/// Being out of view is no reason to take a device from a guest: only the API server's word is, that its object is gone or being deleted.
/// </remarks>
internal sealed class DeviceSource(
    Store<Vbd> vbds, Store<Vif> vifs, Store<XenStoragePool> pools, Store<XenNetwork> networks, IKubernetesClient client)
{
    /// <summary>The index of both stores by the Domain that a device names: <c>namespace/name</c>.</summary>
    public const string DomainIndex = "agent-domain";

    /// <param name="domain">The Domain.</param>
    /// <param name="observed">What the host has of it: the devices whose objects have to be accounted for.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public async Task<DeviceObjects> FindAsync(Domain domain, Observation observed, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(domain);
        var found = new DeviceObjects
        {
            Vbds = VbdsOf(key),
            Vifs = VifsOf(key),
            Pool = name => pools.Get(new ObjectKey(null, name)),
            Network = name => networks.Get(new ObjectKey(null, name)),
        };
        var inView = found.Vbds.Select(v => v.Metadata.Uid).Concat(found.Vifs.Select(v => v.Metadata.Uid)).ToHashSet(StringComparer.Ordinal);
        HashSet<Guid> outOfView = [];
        foreach (var mark in observed.Domains.SelectMany(d => d.Devices).Select(d => d.Mark).OfType<DeviceMark>())
        {
            if (!inView.Contains(mark.ObjectUid.ToString("D")) && await IsThereAsync(mark, key.Namespace, cancellationToken))
                outOfView.Add(mark.ObjectUid);
        }

        return found with { OutOfView = outOfView };
    }

    /// <summary>VBDs in view that name a Domain, in the order of their names.</summary>
    public IReadOnlyList<Vbd> VbdsOf(ObjectKey domain) => [.. vbds.ByIndex(DomainIndex, Index(domain.Namespace, domain.Name)).OrderBy(v => v.Metadata.Name, StringComparer.Ordinal)];

    /// <summary>VIFs in view that name a Domain, in the order of their names.</summary>
    public IReadOnlyList<Vif> VifsOf(ObjectKey domain) => [.. vifs.ByIndex(DomainIndex, Index(domain.Namespace, domain.Name)).OrderBy(v => v.Metadata.Name, StringComparer.Ordinal)];

    /// <summary>The key of the index.</summary>
    public static string Index(string? @namespace, string domain) => $"{@namespace}/{domain}";

    private async Task<bool> IsThereAsync(DeviceMark mark, string? space, CancellationToken cancellationToken)
    {
        IKubernetesObject? now = mark.Disk is { } disk
            ? await client.GetAsync<Vbd>(disk.ObjectName, space, cancellationToken)
            : mark.Nic is { } nic ? await client.GetAsync<Vif>(nic.ObjectName, space, cancellationToken) : null;
        return now is not null && now.Metadata.DeletionTimestamp is null && now.Metadata.Uid == mark.ObjectUid.ToString("D");
    }
}
