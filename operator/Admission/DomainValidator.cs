using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Validation;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>Says at once what the operator would say as <c>Accepted=False</c>, and what only a change can show.</summary>
[ValidationWebhook(
    typeof(Domain),
    AdmissionOperations.Create | AdmissionOperations.Update,
    MatchCondition = "request.operation == 'CREATE' || object.spec != oldObject.spec")]
internal sealed class DomainValidator(Store<XenHost> hosts) : IAdmissionValidator<Domain>
{
    /// <inheritdoc/>
    public ValueTask<AdmissionResult> CreateAsync(Domain entity, AdmissionContext context, CancellationToken cancellationToken) =>
        new(AdmissionResults.Of(DomainValidation.Validate(Named(entity, context)), HostWarnings(entity)));

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> UpdateAsync(Domain oldEntity, Domain newEntity, AdmissionContext context, CancellationToken cancellationToken)
    {
        if (!SpecChange.IsJudged(oldEntity, newEntity)) return new(AdmissionResult.Allow());

        var errors = DomainValidation.Validate(newEntity);
        if (oldEntity.Spec is null || newEntity.Spec is null) return new(AdmissionResults.Of(errors, []));
        var isHostNew = newEntity.Spec.Placement != oldEntity.Spec.Placement && string.IsNullOrEmpty(newEntity.Status?.Host);
        return new(AdmissionResults.Of(
            [.. DomainUpdate.Errors(oldEntity, newEntity), .. errors],
            [.. DomainUpdate.Warnings(oldEntity, newEntity), .. isHostNew ? HostWarnings(newEntity) : []]));
    }

    /// <summary>A manifest may leave the namespace to the request.</summary>
    private static Domain Named(Domain domain, AdmissionContext context) =>
        domain with { Metadata = domain.Metadata with { Namespace = domain.Metadata.Namespace ?? context.Namespace } };

    private IEnumerable<string> HostWarnings(Domain domain)
    {
        if (hosts.IsSynced && domain.Spec?.Placement?.HostName is { } name && hosts.Get(new ObjectKey(null, name)) is null)
            yield return $"spec.placement.hostName: {name}: there is no XenHost of that name (yet); the domain waits for it.";
    }
}
