using Reconciler.Api;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement;
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
    public static OperatorBuilder RegisterComponents(this OperatorBuilder builder, string ownNamespace) => builder.AddPlacement().AddHostLeases(ownNamespace);
}
