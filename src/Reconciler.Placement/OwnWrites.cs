using System.Collections.Concurrent;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;

namespace Reconciler.Placement;

/// <summary>Which versions of an object this process itself has made old, so that nothing is decided by them while the cache still shows them.</summary>
/// <remarks>Resource versions are opaque: they are compared for equality only, so what is remembered are the old ones and not the newest.</remarks>
internal sealed class OwnWrites
{
    private readonly ConcurrentDictionary<ObjectKey, HashSet<string>> _superseded = new();

    /// <summary>A write of this process has turned one version into another.</summary>
    public void Wrote(ObjectKey key, IKubernetesObject before, IKubernetesObject after)
    {
        // A write that changes nothing leaves the version as it is.
        if (before.Metadata.ResourceVersion is not { } old || old == after.Metadata.ResourceVersion) return;
        var versions = _superseded.GetOrAdd(key, _ => new HashSet<string>(StringComparer.Ordinal));
        lock (versions) versions.Add(old);
    }

    /// <summary>Whether the cache is behind what this process wrote. When it has caught up the old versions are forgotten.</summary>
    public bool AreMissingFrom(ObjectKey key, IKubernetesObject? cached)
    {
        if (!_superseded.TryGetValue(key, out var versions)) return false;
        lock (versions)
        {
            if (cached?.Metadata.ResourceVersion is { } version && versions.Contains(version)) return true;
        }

        _superseded.TryRemove(key, out _);
        return false;
    }
}
