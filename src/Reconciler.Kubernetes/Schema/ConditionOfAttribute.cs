namespace Reconciler.Kubernetes.Schema;

/// <summary>
/// Marks a static class that names one condition type of one or more kinds: the constant <c>Type</c> is its type, every other string constant one
/// of its reasons, documented by its comment.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConditionOfAttribute(params Type[] kinds) : Attribute
{
    /// <summary>The resource types that carry the condition.</summary>
    public IReadOnlyList<Type> Kinds { get; } = kinds;
}
