using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>Says at once what the operator would say as <c>Accepted=False</c>, and what only a change can show.</summary>
[ValidationWebhook(
    typeof(Vbd),
    AdmissionOperations.Create | AdmissionOperations.Update,
    MatchCondition = "request.operation == 'CREATE' || object.spec != oldObject.spec")]
internal sealed class VbdValidator(Store<XenStoragePool> pools) : IAdmissionValidator<Vbd>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(Vbd entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(AdmissionResults.Of(VbdValidation.Validate(entity), PoolWarnings(entity)));

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> UpdateAsync(Vbd oldEntity, Vbd newEntity, AdmissionContext context, CancellationToken cancellationToken)
    {
        if (!SpecChange.IsJudged(oldEntity, newEntity)) return new(AdmissionResult.Allow());
        return new(AdmissionResults.Of(
            [.. DeviceUpdate.Errors(oldEntity, newEntity), .. VbdValidation.Validate(newEntity)],
            [.. DeviceUpdate.Warnings(oldEntity, newEntity), .. DeviceInfrastructure.PoolOf(newEntity) == DeviceInfrastructure.PoolOf(oldEntity) ? [] : PoolWarnings(newEntity)]));
    }

    private IEnumerable<string> PoolWarnings(Vbd vbd)
    {
        if (pools.IsSynced && DeviceInfrastructure.PoolOf(vbd) is { Length: > 0 } name && pools.Get(new ObjectKey(null, name)) is null)
            yield return $"spec.source: there is no XenStoragePool {name} (yet); the disk waits for it.";
    }
}
