using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>Says at once what the operator would say as <c>Accepted=False</c>, and what only a change can show.</summary>
[ValidationWebhook(
    typeof(Vif),
    AdmissionOperations.Create | AdmissionOperations.Update,
    MatchCondition = "request.operation == 'CREATE' || object.spec != oldObject.spec")]
internal sealed class VifValidator(Store<XenNetwork> networks) : IAdmissionValidator<Vif>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(Vif entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(AdmissionResults.Of(VifValidation.Validate(entity), NetworkWarnings(entity)));

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> UpdateAsync(Vif oldEntity, Vif newEntity, AdmissionContext context, CancellationToken cancellationToken)
    {
        if (!SpecChange.IsJudged(oldEntity, newEntity)) return new(AdmissionResult.Allow());
        return new(AdmissionResults.Of(
            [.. DeviceUpdate.Errors(oldEntity, newEntity), .. VifValidation.Validate(newEntity)],
            [.. DeviceUpdate.Warnings(oldEntity, newEntity), .. newEntity.Spec?.Network == oldEntity.Spec?.Network ? [] : NetworkWarnings(newEntity)]));
    }

    private IEnumerable<string> NetworkWarnings(Vif vif)
    {
        if (networks.IsSynced && vif.Spec?.Network is { Length: > 0 } name && networks.Get(new ObjectKey(null, name)) is null)
            yield return $"spec.network: {name}: there is no XenNetwork of that name (yet); the NIC waits for it.";
    }
}
