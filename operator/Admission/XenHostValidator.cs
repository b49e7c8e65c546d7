using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Validation;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>
/// A host's name is the value of a label; a host that is deleted leaves its domains without anybody to ask; and that one is powered off can
/// be confirmed only while it is silent.
/// </summary>
[ValidationWebhook(
    typeof(XenHost),
    AdmissionOperations.Create | AdmissionOperations.Update | AdmissionOperations.Delete,
    // A XenHost need not have a spec, and optional values are no older than API server 1.29.
    MatchCondition = "request.operation != 'UPDATE' || has(object.spec) != has(oldObject.spec) || has(object.spec) && object.spec != oldObject.spec")]
internal sealed class XenHostValidator(Store<Domain> domains) : IAdmissionValidator<XenHost>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(XenHost entity, AdmissionContext context, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name ?? context.Name;
        List<FieldError> errors = [];
        if (name.Length > XenApi.MaximumHostNameLength)
        {
            errors.Add(new FieldError(
                "metadata.name",
                name,
                $"{name.Length} characters are more than the {XenApi.MaximumHostNameLength} of a label's value ({XenApi.HostLabel})",
                "Start its agent with a shorter --node-name"));
        }

        if (Fence(entity) is { } error) errors.Add(error);
        return new(AdmissionResults.Of(errors, []));
    }

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> UpdateAsync(XenHost oldEntity, XenHost newEntity, AdmissionContext context, CancellationToken cancellationToken)
    {
        // What was confirmed before may stay in the manifest; it counts for nothing any more.
        var error = SpecChange.IsJudged(oldEntity, newEntity) && oldEntity.Spec?.Fence != newEntity.Spec?.Fence ? Fence(newEntity) : null;
        return new(AdmissionResults.Of(error is null ? [] : [error], Warnings(oldEntity, newEntity)));
    }

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> DeleteAsync(XenHost entity, AdmissionContext context, CancellationToken cancellationToken)
    {
        var name = entity.Metadata.Name ?? context.Name;
        var held = Held(name);
        return new(held == 0
            ? AdmissionResult.Allow()
            : AdmissionResult.Allow($"{held} Domain{(held == 1 ? " is" : "s are")} placed on XenHost {name} and will not be placed anew: nobody can tell any more whether they run."));
    }

    private static FieldError? Fence(XenHost host)
    {
        if (host.Spec?.Fence is not { } fence) return null;
        var (asked, refusal) = FenceRequest.For(host, fence.ConfirmedBy);
        if (refusal is not null) return new FieldError("spec.fence", fence.BootId, refusal, "Remove it");
        return asked == fence ? null : new FieldError(
            "spec.fence", fence.BootId, HostFencing.Judge(host, isAlive: false, areMarked: true)!.Value.Message, "Confirm it anew with kubectl xen fence");
    }

    private IEnumerable<string> Warnings(XenHost before, XenHost after)
    {
        if (after.Spec?.Maintenance == true && before.Spec?.Maintenance != true && Held(after.Metadata.Name!) is > 0 and var held)
            yield return $"spec.maintenance: {held} Domain{(held == 1 ? "" : "s")} will be shut down on XenHost {after.Metadata.Name} and started elsewhere; status.maintenance says how far it is, and what can't leave.";
    }

    private int Held(string name) => domains.IsSynced ? domains.Snapshot.Objects.Values.Count(domain => domain.Status?.Host == name) : 0;
}
