using Reconciler.Api.Networks;
using Reconciler.Api.Validation;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>Says at once what the operator would say as <c>Accepted=False</c>; and who is in the way of a deletion.</summary>
[ValidationWebhook(typeof(XenNetwork), AdmissionOperations.Create | AdmissionOperations.Update | AdmissionOperations.Delete)]
internal sealed class XenNetworkValidator : IAdmissionValidator<XenNetwork>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(XenNetwork entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(AdmissionResults.Of(XenNetworkValidation.Validate(entity), []));

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> UpdateAsync(XenNetwork oldEntity, XenNetwork newEntity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(SpecChange.IsJudged(oldEntity, newEntity) ? AdmissionResults.Of(XenNetworkValidation.Validate(newEntity), []) : AdmissionResult.Allow());

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> DeleteAsync(XenNetwork entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(OfferUse.OnDelete("XenNetwork", entity.Metadata.Name ?? context.Name, entity.Status?.Users, "VIF"));
}
