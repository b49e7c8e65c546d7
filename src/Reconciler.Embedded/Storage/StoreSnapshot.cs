using System.Collections.Immutable;

namespace Reconciler.Embedded.Storage;

/// <summary>All objects at one resource version. Versions share what they have in common.</summary>
internal sealed record StoreSnapshot(long ResourceVersion, ImmutableSortedDictionary<ObjectKey, StoredObject> Objects)
{
    public IEnumerable<StoredObject> OfType(string type) => Objects.Values.Where(o => o.Key.Type == type);
}
