using System.Collections.Immutable;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Caching;

/// <summary>Builds the next snapshot from the present one, objects and indexes together, and says what changed.</summary>
internal sealed class SnapshotEdit<T>(StoreSnapshot<T> from, IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexers)
    where T : class, IResource<T>
{
    private readonly ImmutableDictionary<ObjectKey, T>.Builder _objects = from.Objects.ToBuilder();
    private readonly ImmutableDictionary<ObjectKey, string>.Builder _undecodable = from.Undecodable.ToBuilder();
    private readonly ImmutableDictionary<(string, string), ImmutableHashSet<ObjectKey>>.Builder _indexes = from.Indexes.ToBuilder();

    /// <summary>Null when this very version was here already.</summary>
    public StoreChange<T>? Put(T entity)
    {
        var key = ObjectKey.Of(entity);
        var readableAgain = _undecodable.Remove(key);
        if (!_objects.TryGetValue(key, out var old))
        {
            _objects[key] = entity;
            File(key, entity);
            return new StoreChange<T>(StoreChangeType.Added, key, null, entity, IsInitial: false);
        }

        if (IsSameVersion(old, entity) && !readableAgain)
        {
            return null;
        }

        Unfile(key, old);
        _objects[key] = entity;
        File(key, entity);
        return new StoreChange<T>(StoreChangeType.Updated, key, readableAgain ? null : old, entity, IsInitial: false);
    }

    public void MarkUndecodable(ObjectKey key, string error) => _undecodable[key] = error;

    /// <summary>Null when it was not here.</summary>
    public StoreChange<T>? Remove(ObjectKey key)
    {
        var known = _undecodable.Remove(key);
        if (_objects.Remove(key, out var old))
        {
            Unfile(key, old);
            known = true;
        }

        return known ? new StoreChange<T>(StoreChangeType.Deleted, key, old, null, IsInitial: false) : null;
    }

    public StoreSnapshot<T> ToSnapshot() => new(_objects.ToImmutable(), _undecodable.ToImmutable(), _indexes.ToImmutable());

    // Resource versions are opaque: equality is all that they offer.
    private static bool IsSameVersion(T old, T entity) =>
        old.Metadata.ResourceVersion is { } version && version == entity.Metadata.ResourceVersion && old.Metadata.Uid == entity.Metadata.Uid;

    private void File(ObjectKey key, T entity)
    {
        foreach (var place in Places(entity))
        {
            _indexes[place] = _indexes.GetValueOrDefault(place, []).Add(key);
        }
    }

    private void Unfile(ObjectKey key, T entity)
    {
        foreach (var place in Places(entity))
        {
            if (!_indexes.TryGetValue(place, out var keys))
            {
                continue;
            }

            keys = keys.Remove(key);
            if (keys.IsEmpty)
            {
                _indexes.Remove(place);
            }
            else
            {
                _indexes[place] = keys;
            }
        }
    }

    private IEnumerable<(string, string)> Places(T entity) =>
        indexers.SelectMany(indexer => indexer.Value(entity).Distinct().Select(value => (indexer.Key, value)));
}
