namespace Reconciler.Kubernetes.Schema;

/// <summary>
/// Marks a static class that names one condition type of a kind: the constant <c>Type</c> is its type, every other string constant one
/// of its reasons, documented by its comment.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ConditionOfAttribute(Type kind) : Attribute
{
    /// <summary>The resource type that carries the condition.</summary>
    public Type Kind { get; } = kind;
}
