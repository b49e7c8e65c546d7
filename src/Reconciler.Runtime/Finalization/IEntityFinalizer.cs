using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Runtime.Finalization;

/// <summary>Cleans up after an object that is being deleted.</summary>
/// <typeparam name="T">The kind of object.</typeparam>
public interface IEntityFinalizer<T>
    where T : class, IResource<T>
{
    /// <summary>
    /// Undoes what the object stands for. Idempotent: it is called until it succeeds. Success without a requeue takes the finalizer off;
    /// <see cref="ReconciliationResult{T}.Requeue"/> means "not yet, ask again then".
    /// </summary>
    Task<ReconciliationResult<T>> FinalizeAsync(ObjectKey key, T entity, CancellationToken cancellationToken);
}
