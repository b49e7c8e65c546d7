using System.Collections.Concurrent;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement;

/// <summary>Objects as this process has written them, for as long as the cache shows them as they were before.</summary>
/// <remarks>For what is decided over several objects at once: the decision before must count although the cache does not show it yet.</remarks>
internal sealed class WrittenObjects<T>
    where T : class, IResource<T>
{
    private readonly OwnWrites _own = new();
    private readonly ConcurrentDictionary<ObjectKey, T> _latest = new();

    /// <summary>A write of this process has turned one version into another.</summary>
    public void Wrote(ObjectKey key, T before, T after)
    {
        _own.Wrote(key, before, after);
        _latest[key] = after;
    }

    /// <summary>The object is gone.</summary>
    public void Forget(ObjectKey key) => _latest.TryRemove(key, out _);

    /// <summary>Whether the cache is behind what was written.</summary>
    public bool AreMissingFrom(ObjectKey key, T cached)
    {
        if (_own.AreMissingFrom(key, cached)) return true;
        Forget(key);
        return false;
    }

    /// <summary>What the cache shows, or what was written since.</summary>
    public T Latest(T cached)
    {
        var key = ObjectKey.Of(cached);
        return AreMissingFrom(key, cached) && _latest.TryGetValue(key, out var written) ? written : cached;
    }
}
