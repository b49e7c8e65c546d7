using System.Collections.Immutable;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Caching;

/// <summary>
/// The objects of one kind as last seen, filled by a <see cref="Reflector{T}"/>. One writer, any number of readers.
/// </summary>
/// <remarks>
/// A list becomes visible whole, after its last page, and what it no longer holds is reported as deleted: deletes during an outage are
/// not lost. Subscribers are called one change at a time on the writer's thread, after the snapshot shows the change; they must only enqueue.
/// </remarks>
public sealed class Store<T>
    where T : class, IResource<T>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Func<T, IEnumerable<string>>> _indexers = [];
    private readonly List<Action<StoreChange<T>>> _subscribers = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StoreSnapshot<T> _snapshot = StoreSnapshot<T>.Empty;
    private PendingList? _pending;

    /// <summary>Completes once the first list is in.</summary>
    public Task Synced => _synced.Task;

    /// <summary>True once the first list is in.</summary>
    public bool IsSynced => _synced.Task.IsCompleted;

    /// <summary>All objects as of now.</summary>
    public StoreSnapshot<T> Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>One object as of now, or null.</summary>
    public T? Get(ObjectKey key) => Snapshot.Get(key);

    /// <summary>The objects that <paramref name="index"/> files under <paramref name="value"/>, as of now.</summary>
    public IEnumerable<T> ByIndex(string index, string value) => Snapshot.ByIndex(index, value);

    /// <summary>Adds an index. Before the first list only: an index that knows half of the objects would be wrong.</summary>
    /// <param name="name">What <see cref="ByIndex"/> asks for.</param>
    /// <param name="values">Under which values an object is filed; called once per version of an object.</param>
    public void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        lock (_gate)
        {
            if (_snapshot != StoreSnapshot<T>.Empty || IsSynced)
            {
                throw new InvalidOperationException($"Index '{name}' is added to a store that is filled already.");
            }

            _indexers.Add(name, values);
        }
    }

    /// <summary>Adds an index by the value of a label; its name is the label's.</summary>
    public void AddLabelIndex(string label) =>
        AddIndex(label, o => o.Metadata.Labels?.TryGetValue(label, out var value) == true ? [value] : []);

    /// <summary>Calls <paramref name="onChange"/> for each change from now on, and first for each object that is here already.</summary>
    public void Subscribe(Action<StoreChange<T>> onChange)
    {
        lock (_gate)
        {
            foreach (var (key, entity) in _snapshot.Objects)
            {
                onChange(new StoreChange<T>(StoreChangeType.Added, key, null, entity, IsInitial: true));
            }

            _subscribers.Add(onChange);
        }
    }

    /// <summary>Takes in what the reflector says.</summary>
    public void Apply(ReflectorEvent<T> reflected)
    {
        lock (_gate)
        {
            switch (reflected.Type)
            {
                case ReflectorEventType.Init:
                    _pending = new PendingList();
                    break;
                case ReflectorEventType.InitApply:
                    (_pending ?? throw new InvalidOperationException("An object of a list came before the list.")).Add(reflected);
                    break;
                case ReflectorEventType.InitDone:
                    Commit(_pending ?? throw new InvalidOperationException("A list ended that never began."));
                    _pending = null;
                    break;
                case ReflectorEventType.Apply:
                    Put(reflected);
                    break;
                case ReflectorEventType.Delete when reflected.Key is { } key:
                    Remove(key);
                    break;
            }
        }
    }

    private void Put(ReflectorEvent<T> reflected)
    {
        var edit = new SnapshotEdit<T>(_snapshot, _indexers);
        if (reflected.Object is { } entity)
        {
            Publish(edit, edit.Put(entity));
        }
        else if (reflected.Key is { } key)
        {
            edit.MarkUndecodable(key, reflected.Error ?? "");
            Publish(edit, null);
        }
    }

    private void Remove(ObjectKey key)
    {
        var edit = new SnapshotEdit<T>(_snapshot, _indexers);
        Publish(edit, edit.Remove(key));
    }

    private void Commit(PendingList list)
    {
        var edit = new SnapshotEdit<T>(_snapshot, _indexers);
        var changes = new List<StoreChange<T>>();
        foreach (var entity in list.Objects.Values)
        {
            if (edit.Put(entity) is { } change)
            {
                changes.Add(change with { IsInitial = !IsSynced });
            }
        }

        foreach (var (key, error) in list.Undecodable)
        {
            edit.MarkUndecodable(key, error);
        }

        // An object whose very name could not be read may be any of the missing ones: then nothing is known to be gone.
        if (!list.HasNameless)
        {
            var gone = _snapshot.Objects.Keys.Concat(_snapshot.Undecodable.Keys)
                .Where(k => !list.Objects.ContainsKey(k) && !list.Undecodable.ContainsKey(k)).Distinct().Order();
            changes.AddRange(gone.Select(edit.Remove).OfType<StoreChange<T>>());
        }

        Volatile.Write(ref _snapshot, edit.ToSnapshot());
        changes.ForEach(Notify);
        _synced.TrySetResult();
    }

    private void Publish(SnapshotEdit<T> edit, StoreChange<T>? change)
    {
        Volatile.Write(ref _snapshot, edit.ToSnapshot());
        if (change is not null)
        {
            Notify(change);
        }
    }

    private void Notify(StoreChange<T> change)
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber(change);
        }
    }

    private sealed class PendingList
    {
        public Dictionary<ObjectKey, T> Objects { get; } = [];

        public Dictionary<ObjectKey, string> Undecodable { get; } = [];

        public bool HasNameless { get; private set; }

        public void Add(ReflectorEvent<T> reflected)
        {
            if (reflected.Key is not { } key)
            {
                HasNameless = true;
            }
            else if (reflected.Object is { } entity)
            {
                Objects[key] = entity;
            }
            else
            {
                Undecodable[key] = reflected.Error ?? "";
            }
        }
    }
}
