using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Cli.Planning;

/// <summary>All of a cluster that placement is decided by.</summary>
/// <param name="Hosts">All XenHosts.</param>
/// <param name="Domains">All Domains.</param>
/// <param name="Vbds">All VBDs.</param>
/// <param name="Vifs">All VIFs.</param>
/// <param name="Pools">All XenStoragePools.</param>
/// <param name="Undecodable">How many objects that can't be read, and so don't count.</param>
internal sealed record ClusterObjects(
    IReadOnlyList<XenHost> Hosts, IReadOnlyList<Domain> Domains, IReadOnlyList<Vbd> Vbds, IReadOnlyList<Vif> Vifs, IReadOnlyList<XenStoragePool> Pools, int Undecodable)
{
    private const int PageSize = 500;

    /// <exception cref="KubernetesApiException">The server does not answer, or refuses: all namespaces are read, as reservations are everywhere.</exception>
    public static async Task<ClusterObjects> ReadAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        var hosts = await ListAsync<XenHost>(client, cancellationToken);
        var domains = await ListAsync<Domain>(client, cancellationToken);
        var vbds = await ListAsync<Vbd>(client, cancellationToken);
        var vifs = await ListAsync<Vif>(client, cancellationToken);
        var pools = await ListAsync<XenStoragePool>(client, cancellationToken);
        return new ClusterObjects(
            hosts.Items, domains.Items, vbds.Items, vifs.Items, pools.Items, hosts.Undecodable + domains.Undecodable + vbds.Undecodable + vifs.Undecodable + pools.Undecodable);
    }

    private static async Task<(List<T> Items, int Undecodable)> ListAsync<T>(IKubernetesClient client, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var items = new List<T>();
        var undecodable = 0;
        string? next = null;
        do
        {
            var page = await client.ListAsync<T>(new ListOptions { Limit = PageSize, Continue = next }, cancellationToken);
            items.AddRange(page.Items);
            undecodable += page.Undecodable.Count;
            next = page.Continue;
        }
        while (!string.IsNullOrEmpty(next));
        return (items, undecodable);
    }
}
