using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Runtime.Tests.Web.Admission;

/// <summary>Answers what a test says and notes what it was asked.</summary>
internal sealed class ScriptedValidator<T> : IAdmissionValidator<T>
    where T : class, IResource<T>
{
    public List<(AdmissionOperations Operation, T? Old, T? New, AdmissionContext Context)> Asked { get; } = [];

    public Func<T?, T?, CancellationToken, ValueTask<AdmissionResult>> Answer { get; set; } = (_, _, _) => new(AdmissionResult.Allow());

    public ValueTask<AdmissionResult> CreateAsync(T entity, AdmissionContext context, CancellationToken cancellationToken) =>
        Take(AdmissionOperations.Create, null, entity, context, cancellationToken);

    public ValueTask<AdmissionResult> UpdateAsync(T oldEntity, T newEntity, AdmissionContext context, CancellationToken cancellationToken) =>
        Take(AdmissionOperations.Update, oldEntity, newEntity, context, cancellationToken);

    public ValueTask<AdmissionResult> DeleteAsync(T entity, AdmissionContext context, CancellationToken cancellationToken) =>
        Take(AdmissionOperations.Delete, entity, null, context, cancellationToken);

    private ValueTask<AdmissionResult> Take(AdmissionOperations operation, T? old, T? @new, AdmissionContext context, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add((operation, old, @new, context));
        return Answer(old, @new, cancellationToken);
    }
}
