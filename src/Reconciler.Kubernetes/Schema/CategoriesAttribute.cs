namespace Reconciler.Kubernetes.Schema;

/// <summary>Categories of a resource: <c>kubectl get xen</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CategoriesAttribute(params string[] categories) : Attribute
{
    public IReadOnlyList<string> Categories { get; } = categories;
}
