using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Status;

namespace Reconciler.Placement.Templates;

/// <summary>Keeps the VBDs and VIFs of a Domain's templates, and says in the condition TemplatesApplied whether they are there.</summary>
/// <remarks>
/// <para>Guarantees: an object that is not the Domain's own is never written. A Domain that is being deleted gets no objects and loses
/// none: its devices go after it, by their owner reference.</para>
/// <para>Caveat: a field that a template no longer sets, and another manager set since, stays as that one set it.</para>
/// </remarks>
[EntityRbac(typeof(Vbd), typeof(Vif), Verbs = RbacVerb.Read | RbacVerb.Create | RbacVerb.Patch | RbacVerb.Delete)]
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Read)]
[EntityRbac(typeof(Domain), Verbs = RbacVerb.Patch, Subresource = "status")]
internal sealed class TemplateController(TemplateObjects<Vbd> disks, TemplateObjects<Vif> nics, StatusWriter status, TimeProvider time) : IEntityController<Domain>
{
    /// <inheritdoc/>
    public async Task<ReconciliationResult<Domain>> ReconcileAsync(ObjectKey key, Domain? entity, CancellationToken cancellationToken)
    {
        if (entity?.Spec is null || entity.Metadata.DeletionTimestamp is not null || !Concerns(entity) || DomainValidation.Validate(entity).Count > 0)
            return ReconciliationResult<Domain>.Success();

        try
        {
            var result = await disks.ApplyAsync(entity, [.. DeviceTemplates.Vbds(entity)], cancellationToken)
                + await nics.ApplyAsync(entity, [.. DeviceTemplates.Vifs(entity)], cancellationToken);
            var (value, reason, message) = Say(result);
            await status.ApplyAsync(
                entity,
                new Domain
                {
                    ApiVersion = Domain.Definition.ApiVersion,
                    Kind = Domain.Definition.Kind,
                    Metadata = new ObjectMeta { Namespace = key.Namespace, Name = key.Name, Uid = entity.Metadata.Uid },
                    Status = new DomainStatus
                    {
                        Conditions = [(entity.Status?.Conditions).Next(TemplatesAppliedCondition.Type, value, reason, message, entity.Metadata.Generation, time.GetUtcNow())],
                    },
                },
                cancellationToken);
            return result.Refused.Count == 0 && result.NameTaken.Count == 0
                ? ReconciliationResult<Domain>.Success()
                : ReconciliationResult<Domain>.Requeue(Retry);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            // Gone meanwhile: the store will show it.
            return ReconciliationResult<Domain>.Success();
        }
    }

    /// <summary>Nobody says when an object of somebody else goes whose name is wanted, or when a server changes its mind.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private bool Concerns(Domain domain) => domain.Spec is { VbdTemplates.Count: > 0 } or { VifTemplates.Count: > 0 }
        || disks.HasAny(domain) || nics.HasAny(domain) || domain.Status?.Conditions.Find(TemplatesAppliedCondition.Type) is not null;

    private static (string Status, string Reason, string Message) Say(TemplateResult result) => result switch
    {
        { NameTaken.Count: > 0 } => (
            ConditionStatus.False, TemplatesAppliedCondition.NameTaken,
            $"{string.Join(", ", result.NameTaken)}: there is an object of that name, and it is not this Domain's. Rename or delete it, or take the template out"),
        { Refused.Count: > 0 } => (ConditionStatus.False, TemplatesAppliedCondition.Refused, string.Join(" ", result.Refused)),
        { Removing.Count: > 0 } => (ConditionStatus.False, TemplatesAppliedCondition.Removing, $"Being removed: {string.Join(", ", result.Removing)}"),
        _ => (ConditionStatus.True, TemplatesAppliedCondition.Applied, ""),
    };
}
