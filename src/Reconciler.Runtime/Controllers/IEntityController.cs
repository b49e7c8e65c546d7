using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Controllers;

/// <summary>Brings the world in line with one object.</summary>
/// <remarks>
/// Level-triggered: it is told which key to look at, not what happened, and may be called at any time, also without a change. It is
/// never called twice at once for one key.
/// </remarks>
/// <typeparam name="T">The kind of object.</typeparam>
public interface IEntityController<T>
    where T : class, IResource<T>
{
    /// <summary>Looks at what is, does what is missing, and says when to look again. An exception is a failure.</summary>
    /// <param name="key">Whom it is about.</param>
    /// <param name="entity">
    /// The object as last seen; null when there is none: deleted, or outside of the selector (confirm with a GET before anything is
    /// destroyed for that). Never null merely because it could not be decoded: such a key is not reconciled until it can be.
    /// </param>
    /// <param name="cancellationToken">
    /// Cancelled when the process stops or the reconcile has taken too long. What is in progress may be finished (30 s are left after a stop).
    /// </param>
    Task<ReconciliationResult<T>> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancellationToken);
}
