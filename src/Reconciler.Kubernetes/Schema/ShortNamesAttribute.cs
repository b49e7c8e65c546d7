namespace Reconciler.Kubernetes.Schema;

/// <summary>Short names of a resource: <c>kubectl get dom</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShortNamesAttribute(params string[] names) : Attribute
{
    /// <summary>"dom": kubectl get dom.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
