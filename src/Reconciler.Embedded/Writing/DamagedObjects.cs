using System.Collections.Concurrent;
using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded.Writing;

/// <summary>
/// Objects whose state can't be read. Their keys are not free: they answer with an error, never with "not found", and whoever creates
/// them anew gets the uid that they had. So no guest is stopped, and none is started a second time, because a file was damaged.
/// </summary>
internal sealed class DamagedObjects
{
    private readonly ConcurrentDictionary<ObjectKey, DamagedObject> _objects;

    public DamagedObjects(IEnumerable<DamagedObject> objects) =>
        _objects = new(objects.Select(o => KeyValuePair.Create(new ObjectKey(o.Type, o.Namespace, o.Name), o)));

    public IEnumerable<DamagedObject> All => _objects.Values;

    public string? UidOf(ObjectKey key) => _objects.TryGetValue(key, out var damaged) ? damaged.Uid : null;

    public void Restored(ObjectKey key) => _objects.TryRemove(key, out _);

    public void ThrowIfDamaged(ObjectKey key)
    {
        if (_objects.TryGetValue(key, out var damaged)) throw ApiErrors.Internal(damaged.ToString());
    }
}
