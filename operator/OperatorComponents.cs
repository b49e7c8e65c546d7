using Reconciler.Placement;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Operator;

/// <summary>What the operator is made of.</summary>
internal static class OperatorComponents
{
    /// <summary>Adds the operator's controllers and the stores that they read.</summary>
    public static OperatorBuilder RegisterComponents(this OperatorBuilder builder) => builder.AddPlacement();
}
