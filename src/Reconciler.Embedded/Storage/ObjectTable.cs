using System.Collections.Immutable;

namespace Reconciler.Embedded.Storage;

/// <summary>The objects, their history, and the signal that there is more of it. Written under <see cref="Gate"/>, read without.</summary>
internal sealed class ObjectTable
{
    private readonly IObjectStorage _storage;
    private readonly int _historyLength;
    private readonly List<Change> _history = [];
    private volatile StoreSnapshot _current;
    private TaskCompletionSource _changed = NewSignal();
    private long _compacted;
    private long _version;

    public ObjectTable(IObjectStorage storage, IEnumerable<StoredObject> objects, long version, int historyLength)
    {
        _storage = storage;
        _historyLength = historyLength;
        _current = new StoreSnapshot(version, objects.ToImmutableSortedDictionary(o => o.Key, o => o));
        _compacted = _version = version;
    }

    /// <summary>Held while an object is read, judged and written back.</summary>
    public Lock Gate { get; } = new();

    public StoreSnapshot Current => _current;

    public StoredObject? Find(ObjectKey key) => _current.Objects.GetValueOrDefault(key);

    /// <summary>A version that no object had before. Caller holds the gate.</summary>
    public long NextVersion() => ++_version;

    /// <summary>Stores an object; in memory only after it is safe on disk. Caller holds the gate.</summary>
    public void Put(StoredObject entity)
    {
        _storage.Write(entity);
        var before = Find(entity.Key);
        Commit(before, entity, new StoreSnapshot(entity.ResourceVersion, _current.Objects.SetItem(entity.Key, entity)));
    }

    /// <summary>Removes an object. Caller holds the gate.</summary>
    public void Remove(StoredObject entity)
    {
        var version = NextVersion();
        _storage.Delete(entity, version);
        Commit(entity, after: null, new StoreSnapshot(version, _current.Objects.Remove(entity.Key)));
    }

    /// <summary>The changes after a version, and the signal of the next one. Null changes: the history does not go back that far.</summary>
    public (IReadOnlyList<Change>? Changes, Task Next) ReadAfter(long version)
    {
        lock (Gate)
        {
            if (version < _compacted) return (null, _changed.Task);
            var start = _history.Count;
            while (start > 0 && _history[start - 1].Snapshot.ResourceVersion > version) start--;
            return (_history.GetRange(start, _history.Count - start), _changed.Task);
        }
    }

    /// <summary>Everything as it was at a version; null when that is forgotten.</summary>
    public StoreSnapshot? SnapshotAt(long version)
    {
        lock (Gate)
        {
            return _current.ResourceVersion == version ? _current : _history.Find(c => c.Snapshot.ResourceVersion == version)?.Snapshot;
        }
    }

    /// <summary>Forgets the history.</summary>
    public void Compact()
    {
        lock (Gate)
        {
            _history.Clear();
            _compacted = _current.ResourceVersion;
            Signal();
        }
    }

    private void Commit(StoredObject? before, StoredObject? after, StoreSnapshot snapshot)
    {
        _current = snapshot;
        _history.Add(new Change(before, after, snapshot));
        if (_history.Count > _historyLength)
        {
            // Half at once: shifting the list on every change would cost more than it keeps.
            var forgotten = Math.Max(1, _historyLength / 2);
            _compacted = _history[forgotten - 1].Snapshot.ResourceVersion;
            _history.RemoveRange(0, forgotten);
        }

        Signal();
    }

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
