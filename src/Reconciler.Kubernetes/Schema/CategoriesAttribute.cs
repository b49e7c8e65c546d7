namespace Reconciler.Kubernetes.Schema;

/// <summary>Categories of a resource: <c>kubectl get xen</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CategoriesAttribute(params string[] categories) : Attribute
{
    /// <summary>"xen": kubectl get xen.</summary>
    public IReadOnlyList<string> Categories { get; } = categories;
}
