namespace Reconciler.Kubernetes.Schema;

/// <summary>Short names of a resource: <c>kubectl get dom</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShortNamesAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names { get; } = names;
}
