using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Draining;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>
/// Holds <c>kubectl drain</c> until the host is empty, and so learns of it: the guard of a host is refused its eviction, as a Pod is whose
/// PodDisruptionBudget allows none.
/// </summary>
[ValidationWebhook(
    typeof(Eviction),
    AdmissionOperations.Create,
    MatchCondition = $"request.name.startsWith('{HostGuard.Prefix}')",
    InOwnNamespace = true,
    HasSideEffects = true)]
internal sealed class GuardEvictionValidator(HostGuardEvictions evictions) : IAdmissionValidator<Eviction>
{
    /// <inheritdoc/>
    public async ValueTask<AdmissionResult> CreateAsync(Eviction entity, AdmissionContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await evictions.RefuseAsync(context.Namespace, context.Name, context.DryRun, cancellationToken) is { } refusal
                ? AdmissionResult.DenyForNow(refusal)
                : AdmissionResult.Allow();
        }
        catch (KubernetesApiException e)
        {
            return AdmissionResult.DenyForNow($"the host is not asked to be emptied yet: {e.Message}");
        }
    }
}
