using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Runtime.Finalization;

/// <summary>A controller with a finalizer: one that is put on before the controller's first look, and whose cleanup runs before the object may go.</summary>
/// <remarks>
/// <para>Expected flow: add the finalizer -> reconcile ... reconcile -> deletion asked for -> finalize until success -> remove the finalizer.</para>
/// <para>Guarantees: the controller never sees an object without the finalizer; an object that was already being deleted at start is finalized.</para>
/// <para>Caveat: an object that was deleted before the finalizer was on it is never seen but as null.</para>
/// </remarks>
public sealed class FinalizingController<T>(IKubernetesClient client, string finalizer, IEntityController<T> controller, IEntityFinalizer<T> cleanup)
    : IEntityController<T>
    where T : class, IResource<T>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<T>> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancellationToken)
    {
        if (entity is null)
        {
            return await controller.ReconcileAsync(key, null, cancellationToken);
        }

        if (entity.Metadata.DeletionTimestamp is null)
        {
            // Null: it went or is going; the store will say so, and the key comes back.
            return await client.AddAsync(entity, finalizer, cancellationToken) is { } kept
                ? await controller.ReconcileAsync(key, kept, cancellationToken)
                : ReconciliationResult<T>.Success();
        }

        if (!Finalizers.Has(entity, finalizer))
        {
            return ReconciliationResult<T>.Success();
        }

        var result = await cleanup.FinalizeAsync(key, entity, cancellationToken);
        if (result is { IsSuccess: true, RequeueAfter: null })
        {
            await client.RemoveAsync(entity, finalizer, cancellationToken);
        }

        return result;
    }
}
