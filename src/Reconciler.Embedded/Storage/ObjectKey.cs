namespace Reconciler.Embedded.Storage;

/// <summary>Where an object is: its kind ("domains.xen.reconciler.dev"), namespace (null for cluster-scoped kinds) and name.</summary>
internal readonly record struct ObjectKey(string Type, string? Namespace, string Name) : IComparable<ObjectKey>
{
    /// <summary>The order of lists: as the keys of an API server's storage.</summary>
    public int CompareTo(ObjectKey other)
    {
        var order = string.CompareOrdinal(Type, other.Type);
        if (order == 0) order = string.CompareOrdinal(Namespace, other.Namespace);
        return order == 0 ? string.CompareOrdinal(Name, other.Name) : order;
    }

    public static bool operator <(ObjectKey left, ObjectKey right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectKey left, ObjectKey right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectKey left, ObjectKey right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectKey left, ObjectKey right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Namespace is null ? $"{Type}/{Name}" : $"{Type}/{Namespace}/{Name}";
}
