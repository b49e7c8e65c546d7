using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Says whether the API server may store what it was sent.</summary>
/// <remarks>
/// <para>
/// Expected: an answer at once, from the objects and from stores, without calls to anywhere; no side effects, whether the request is a
/// dry run or not (but see <see cref="ValidationWebhookAttribute.HasSideEffects"/>). An exception, or no answer within the budget, is answered as <see cref="AdmissionOptions.OnFailure"/> says.
/// </para>
/// <para>
/// Caveat: it is advice. A webhook can be away, bypassed or older than the object: whoever acts on the object checks it again.
/// </para>
/// </remarks>
/// <typeparam name="T">The kind of object.</typeparam>
public interface IAdmissionValidator<T>
    where T : class, IResource<T>
{
    /// <summary>An object is to be created. Its metadata may lack what the server adds: uid, and the name where it is generated.</summary>
    ValueTask<AdmissionResult> CreateAsync(T entity, AdmissionContext context, CancellationToken cancellationToken) => new(AdmissionResult.Allow());

    /// <summary>An object is to be changed, by whatever verb; the status is not, that is another resource.</summary>
    ValueTask<AdmissionResult> UpdateAsync(T oldEntity, T newEntity, AdmissionContext context, CancellationToken cancellationToken) => new(AdmissionResult.Allow());

    /// <summary>An object is to be deleted.</summary>
    ValueTask<AdmissionResult> DeleteAsync(T entity, AdmissionContext context, CancellationToken cancellationToken) => new(AdmissionResult.Allow());
}
