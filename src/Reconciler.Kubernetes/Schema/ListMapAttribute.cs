namespace Reconciler.Kubernetes.Schema;

/// <summary>A list that is a map by the given keys (x-kubernetes-list-type: map), merged item by item by server-side apply.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(params string[] keys) : Attribute
{
    /// <summary>The fields that tell the items apart.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
