using Reconciler.Kubernetes.Model;
using Reconciler.Placement;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Operator;

/// <summary>What the operator is made of.</summary>
[EntityRbac(typeof(Lease), Verbs = RbacVerb.Get | RbacVerb.Create | RbacVerb.Patch)] // leader election
internal static class OperatorComponents
{
    /// <summary>Adds the operator's controllers and the stores that they read.</summary>
    public static OperatorBuilder RegisterComponents(this OperatorBuilder builder) => builder.AddPlacement();
}
