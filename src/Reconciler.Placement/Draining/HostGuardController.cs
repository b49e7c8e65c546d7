using Microsoft.Extensions.Logging;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Ownership;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Placement.Draining;

/// <summary>Keeps the guard of a host: a Pod on its Node that is there as long as a drain of the Node has to wait for Domains.</summary>
/// <remarks>
/// <para>Expected flow: a Domain is placed -> the guard is made. kubectl drain asks for its eviction, the webhook refuses and marks it ->
/// the host is emptied, as by the drain taint (HostController) -> the last Domain has left -> the guard is deleted, and the drain ends.</para>
/// <para>Guarantees: whether there is to be a guard follows from host, Node and Domains alone, and not from the drain: an operator that was
/// away goes on from what it finds. A host that has no XenHost or no Node any more has no guard, and one without Domains none to wait for.</para>
/// <para>Caveat: a mark is taken off when the Node is seen not to be cordoned. One that was uncordoned and cordoned again while no operator
/// looked is taken for still being drained.</para>
/// </remarks>
[EntityRbac(typeof(XenHost), typeof(Domain), typeof(Node), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(Pod), Verbs = RbacVerb.Read | RbacVerb.Create | RbacVerb.Patch | RbacVerb.Delete, InOwnNamespace = true)]
[EntityRbac(typeof(ServiceAccount), Verbs = RbacVerb.Get, ResourceNames = [HostGuard.Application], InOwnNamespace = true)]
internal sealed partial class HostGuardController(
    IKubernetesClient client,
    HostGuardSettings settings,
    Store<Pod> guards,
    Store<Node> nodes,
    Store<Domain> domains,
    TimeProvider time,
    ILogger<HostGuardController> logger) : IEntityController<XenHost>
{
    /// <summary>An index of Domains: the host that each would have to leave.</summary>
    public const string HostIndex = "host to leave";

    /// <summary>A Pod that a kubelet refuses, or that nobody lets be made, is tried again as often as this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async Task<ReconciliationResult<XenHost>> ReconcileAsync(ObjectKey key, XenHost? entity, CancellationToken cancellationToken)
    {
        var guard = guards.Get(new ObjectKey(settings.Namespace, HostGuard.NameOf(key.Name)));
        if (guard?.Metadata.DeletionTimestamp is not null) return ReconciliationResult<XenHost>.Success();
        var node = nodes.Get(key);
        try
        {
            return IsNeeded(key.Name, entity, node)
                ? await KeepAsync(key.Name, guard, node!, cancellationToken)
                : await RemoveAsync(guard, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return ReconciliationResult<XenHost>.Failure($"the guard of XenHost {key.Name}, or its namespace, is not there", e);
        }
    }

    private bool IsNeeded(string name, XenHost? host, Node? node) =>
        host is { Metadata.DeletionTimestamp: null } && node is { Metadata.DeletionTimestamp: null } && domains.ByIndex(HostIndex, name).Any();

    private async Task<ReconciliationResult<XenHost>> KeepAsync(string host, Pod? guard, Node node, CancellationToken cancellationToken)
    {
        if (guard is null) return await CreateAsync(host, cancellationToken);
        if (guard.Status?.Phase is "Failed" or "Succeeded")
        {
            // It never runs again: its kubelet has refused or evicted it, or the machine was shut down.
            var left = Patience - (time.GetUtcNow() - guard.Metadata.CreationTimestamp) ?? TimeSpan.Zero;
            if (left > TimeSpan.Zero) return ReconciliationResult<XenHost>.Requeue(left);
            return await RemoveAsync(guard, cancellationToken);
        }

        var (@namespace, name) = (settings.Namespace, guard.Metadata.Name!);
        if (HostGuard.EvictionRequested(guard) is not null && node.Spec?.Unschedulable != true
            // A drain cordons an instant before it evicts, and this store may be behind the webhook's word.
            && await client.GetAsync<Node>(host, null, cancellationToken) is { Spec.Unschedulable: not true })
        {
            await client.PatchAsync<Pod>(name, @namespace, HostGuardPods.Unmarked(guard), cancellationToken);
        }

        if (guard.Spec?.Containers is [{ Image: var image }, ..] && image != settings.Image)
            await client.PatchAsync<Pod>(name, @namespace, HostGuardPods.WithImage(guard, settings.Image), cancellationToken);
        return ReconciliationResult<XenHost>.Success();
    }

    private async Task<ReconciliationResult<XenHost>> CreateAsync(string host, CancellationToken cancellationToken)
    {
        var owner = await client.GetAsync<ServiceAccount>(HostGuard.Application, settings.Namespace, cancellationToken);
        if (owner is null)
        {
            Log.NoAccount(logger, host, settings.Namespace, HostGuard.Application);
            return ReconciliationResult<XenHost>.Requeue(Patience);
        }

        if (await client.CreateOwnedAsync(HostGuardPods.Create(host, settings, owner), owner, cancellationToken) is null)
        {
            Log.NameTaken(logger, host, settings.Namespace, HostGuard.NameOf(host));
            return ReconciliationResult<XenHost>.Requeue(Patience);
        }

        return ReconciliationResult<XenHost>.Success();
    }

    private async Task<ReconciliationResult<XenHost>> RemoveAsync(Pod? guard, CancellationToken cancellationToken)
    {
        if (guard is not null)
            await client.DeleteAsync<Pod>(guard.Metadata.Name!, settings.Namespace, new DeleteOptions { Uid = guard.Metadata.Uid }, cancellationToken);
        return ReconciliationResult<XenHost>.Success();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "XenHost {Host}: a drain of its Node would not wait for its Domains: there is no ServiceAccount {Namespace}/{Name} that its guard could belong to")]
        public static partial void NoAccount(ILogger logger, string host, string @namespace, string name);

        [LoggerMessage(2, LogLevel.Warning, "XenHost {Host}: a drain of its Node would not wait for its Domains: the Pod {Namespace}/{Name} is none of its guards")]
        public static partial void NameTaken(ILogger logger, string host, string @namespace, string name);
    }
}
