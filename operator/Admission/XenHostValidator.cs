using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Validation;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>A host's name is the value of a label; and a host that is deleted leaves its domains without anybody to ask.</summary>
[ValidationWebhook(typeof(XenHost), AdmissionOperations.Create | AdmissionOperations.Delete)]
internal sealed class XenHostValidator(Store<Domain> domains) : IAdmissionValidator<XenHost>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(XenHost entity, AdmissionContext context, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name ?? context.Name;
        return new(AdmissionResults.Of(
            name.Length <= XenApi.MaximumHostNameLength
                ? []
                : [new FieldError(
                    "metadata.name",
                    name,
                    $"{name.Length} characters are more than the {XenApi.MaximumHostNameLength} of a label's value ({XenApi.HostLabel})",
                    "Start its agent with a shorter --node-name")],
            []));
    }

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> DeleteAsync(XenHost entity, AdmissionContext context, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name ?? context.Name;
        var held = domains.IsSynced ? domains.Snapshot.Objects.Values.Count(domain => domain.Status?.Host == name) : 0;
        return new(held == 0
            ? AdmissionResult.Allow()
            : AdmissionResult.Allow($"{held} Domain{(held == 1 ? " is" : "s are")} placed on XenHost {name} and will not be placed anew: nobody can tell any more whether they run."));
    }
}
