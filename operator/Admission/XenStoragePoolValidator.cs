using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>Says at once what the operator would say as <c>Accepted=False</c>; and who is in the way of a deletion.</summary>
[ValidationWebhook(typeof(XenStoragePool), AdmissionOperations.Create | AdmissionOperations.Update | AdmissionOperations.Delete)]
internal sealed class XenStoragePoolValidator : IAdmissionValidator<XenStoragePool>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(XenStoragePool entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(AdmissionResults.Of(XenStoragePoolValidation.Validate(entity), []));

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> UpdateAsync(
        XenStoragePool oldEntity, XenStoragePool newEntity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(SpecChange.IsJudged(oldEntity, newEntity) ? AdmissionResults.Of(XenStoragePoolValidation.Validate(newEntity), []) : AdmissionResult.Allow());

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> DeleteAsync(XenStoragePool entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(OfferUse.OnDelete("XenStoragePool", entity.Metadata.Name ?? context.Name, entity.Status?.Users, "VBD"));
}
