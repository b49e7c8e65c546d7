using Reconciler.Api;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement;
using Reconciler.Placement.Draining;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Operator;

/// <summary>What the operator is made of.</summary>
// Leader election.
[EntityRbac(typeof(Lease), Verbs = RbacVerb.Create, InOwnNamespace = true)]
[EntityRbac(typeof(Lease), Verbs = RbacVerb.Get | RbacVerb.Watch | RbacVerb.Patch, ResourceNames = [XenApi.OperatorFieldManager], InOwnNamespace = true)]
internal static class OperatorComponents
{
    /// <summary>Adds the operator's controllers and the stores that they read.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="ownNamespace">The namespace of operator and agents.</param>
    /// <param name="guardImage">The image of the hosts' guards; null: there are none.</param>
    public static OperatorBuilder RegisterComponents(this OperatorBuilder builder, string ownNamespace, string? guardImage = null) =>
        builder.AddPlacement().AddHostLeases(ownNamespace, guardImage is null ? null : new HostGuardSettings(ownNamespace, guardImage));
}
