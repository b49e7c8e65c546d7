using System.Collections.Immutable;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Caching;

/// <summary>All objects of a store at one moment. Never changes; reads need no lock.</summary>
public sealed class StoreSnapshot<T>
    where T : class, IResource<T>
{
    internal static readonly StoreSnapshot<T> Empty = new(
        ImmutableDictionary<ObjectKey, T>.Empty,
        ImmutableDictionary<ObjectKey, string>.Empty,
        ImmutableDictionary<(string, string), ImmutableHashSet<ObjectKey>>.Empty);

    private readonly ImmutableDictionary<(string Index, string Value), ImmutableHashSet<ObjectKey>> _indexes;

    internal StoreSnapshot(
        ImmutableDictionary<ObjectKey, T> objects,
        ImmutableDictionary<ObjectKey, string> undecodable,
        ImmutableDictionary<(string, string), ImmutableHashSet<ObjectKey>> indexes)
    {
        Objects = objects;
        Undecodable = undecodable;
        _indexes = indexes;
    }

    /// <summary>The objects by key. An object that has become undecodable is here as it was last readable, if it ever was.</summary>
    public ImmutableDictionary<ObjectKey, T> Objects { get; }

    /// <summary>Objects that exist and whose present state can't be read, with the reason.</summary>
    public ImmutableDictionary<ObjectKey, string> Undecodable { get; }

    /// <summary>One object, or null.</summary>
    public T? Get(ObjectKey key) => Objects.GetValueOrDefault(key);

    /// <summary>The objects that <paramref name="index"/> files under <paramref name="value"/>.</summary>
    public IEnumerable<T> ByIndex(string index, string value) =>
        _indexes.TryGetValue((index, value), out var keys) ? keys.Select(k => Objects[k]) : [];

    internal ImmutableDictionary<(string, string), ImmutableHashSet<ObjectKey>> Indexes => _indexes;
}
