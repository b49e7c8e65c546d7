using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime;

/// <summary>Namespace and name of an object: what queues carry. Objects themselves are read from the <see cref="Caching.Store{T}"/> when needed.</summary>
public readonly record struct ObjectKey : IComparable<ObjectKey>
{
    /// <param name="namespace">Null (or empty) for cluster-scoped objects.</param>
    /// <param name="name">metadata.name.</param>
    public ObjectKey(string? @namespace, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Namespace = string.IsNullOrEmpty(@namespace) ? null : @namespace;
        Name = name;
    }

    /// <summary>Null for cluster-scoped objects.</summary>
    public string? Namespace { get; }

    /// <summary>metadata.name.</summary>
    public string Name { get; }

    /// <summary>The key of an object that has a name.</summary>
    public static ObjectKey Of(IKubernetesObject entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return new ObjectKey(entity.Metadata.Namespace, entity.Metadata.Name ?? throw new ArgumentException("The object has no name.", nameof(entity)));
    }

    /// <inheritdoc/>
    public int CompareTo(ObjectKey other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary>"namespace/name", or "name" for cluster-scoped objects.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";

    /// <summary>By namespace, then by name.</summary>
    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    /// <summary>By namespace, then by name.</summary>
    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    /// <summary>By namespace, then by name.</summary>
    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    /// <summary>By namespace, then by name.</summary>
    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;
}
