using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement.Draining;

/// <summary>What is answered when a guard is to be evicted, and what is noted of it. For any replica of the operator, leading or not.</summary>
/// <remarks>
/// The mark on the guard is all that is written, once for each drain: the HostController follows it. A guard is never evicted: when nothing
/// is left to wait for, its controller deletes it.
/// </remarks>
public sealed class HostGuardEvictions(
    IKubernetesClient client, HostGuardSettings settings, Store<Pod> guards, Store<XenHost> hosts, Store<Node> nodes, Store<Domain> domains, TimeProvider time)
{
    /// <summary>Why the Pod can't be evicted now; null when it is no guard, or none that anybody waits for.</summary>
    /// <param name="namespace">The Pod's.</param>
    /// <param name="name">The Pod's.</param>
    /// <param name="dryRun">Nothing is to be noted.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <exception cref="KubernetesApiException">The Node can't be read, or the guard not be marked.</exception>
    public async Task<string?> RefuseAsync(string? @namespace, string name, bool dryRun, CancellationToken cancellationToken)
    {
        if (@namespace != settings.Namespace || HostGuard.HostOf(name) is not { } key) return null;
        if (!guards.IsSynced || !hosts.IsSynced || !nodes.IsSynced || !domains.IsSynced) return "the operator has just started, and does not know yet what is on the host";
        if (hosts.Get(new ObjectKey(null, key)) is not { Metadata.DeletionTimestamp: null } host) return null;

        // Another replica may have made the guard, and a drain cordons, an instant before: the stores may be behind.
        var guard = guards.Get(new ObjectKey(@namespace, name)) ?? await client.GetAsync<Pod>(name, @namespace, cancellationToken);
        if (guard is not { Metadata.DeletionTimestamp: null } || !HostGuard.IsGuard(guard)) return null;
        var node = nodes.Get(new ObjectKey(null, key));
        if (node?.Spec?.Unschedulable != true) node = await client.GetAsync<Node>(key, null, cancellationToken);
        if (node is null) return null;
        if (node.Spec?.Unschedulable != true) return DrainRefusal.NotCordoned(key);

        if (!dryRun && HostGuard.EvictionRequested(guard) is null)
            await client.PatchAsync<Pod>(name, @namespace, HostGuardPods.Marked(guard, time.GetUtcNow()), cancellationToken);
        return DrainRefusal.Describe(host, Evacuation.Progress(host, domains.ByIndex(HostGuardController.HostIndex, key), time.GetUtcNow()));
    }
}
