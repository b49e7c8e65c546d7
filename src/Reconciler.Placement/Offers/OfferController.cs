using Reconciler.Api;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Status;

namespace Reconciler.Placement.Offers;

/// <summary>What admins offer, pools or networks: says who uses them and which hosts reach them, and keeps them as long as they are used.</summary>
/// <remarks>
/// Guarantee: devices are given only to what has the finalizer and is not being deleted, so what has no users when it is deleted gets none
/// any more. Caveat: a device that is accepted in the very moment of the deletion loses its pool or network before it is attached, and says so.
/// </remarks>
[EntityRbac(typeof(XenStoragePool), typeof(XenNetwork), Verbs = RbacVerb.Read | RbacVerb.Patch)]
[EntityRbac(typeof(XenStoragePool), typeof(XenNetwork), Verbs = RbacVerb.Patch, Subresource = "status")]
internal sealed class OfferController<T>(IOfferKind<T> kind, IKubernetesClient client, Store<XenHost> hosts, StatusWriter status, TimeProvider time)
    : IEntityController<T>
    where T : class, IResource<T>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<T>> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancellationToken)
    {
        if (entity is null) return ReconciliationResult<T>.Success();
        try
        {
            var users = kind.Users(entity);
            var isHeld = entity.Metadata.Finalizers?.Contains(XenApi.InUseFinalizer, StringComparer.Ordinal) == true;
            var isGoing = entity.Metadata.DeletionTimestamp is not null;
            if (isGoing && users.Count == 0)
            {
                if (isHeld) await client.PatchAsync<T>(key.Name, null, Binding.Release(entity.Metadata, XenApi.InUseFinalizer), cancellationToken);
                return ReconciliationResult<T>.Success();
            }

            if (!isGoing && !isHeld)
                entity = await client.PatchAsync<T>(key.Name, null, Binding.Hold(entity.Metadata, XenApi.InUseFinalizer), cancellationToken);

            HostReport[] reports = [.. hosts.Snapshot.Objects.Values.Select(host => kind.Of(host, key.Name)).OfType<HostReport>().OrderBy(report => report.Host, StringComparer.Ordinal)];
            var judged = OfferJudgement.Of(entity.Metadata, kind.Conditions(entity), kind.Validate(entity), users, reports, time.GetUtcNow());
            await status.ApplyAsync(entity, kind.WithStatus(new ObjectMeta { Name = key.Name, Uid = entity.Metadata.Uid }, judged), cancellationToken);
            return ReconciliationResult<T>.Success();
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return ReconciliationResult<T>.Success();
        }
    }
}
