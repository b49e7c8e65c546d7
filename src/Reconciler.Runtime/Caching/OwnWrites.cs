using System.Collections.Concurrent;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Caching;

/// <summary>
/// Which versions of an object this process itself has made old, so that a controller decides nothing by them while the
/// <see cref="Store{T}"/> still shows them. Safe for concurrent use.
/// </summary>
/// <remarks>
/// <para>Expected flow: <see cref="AreMissingFrom"/> says true -> come back a little later; else decide, write, <see cref="Wrote"/>.</para>
/// <para>Resource versions are opaque: they are compared for equality only, so what is remembered are the old ones and not the newest.</para>
/// <para>Caveat: what is decided over several objects at once needs the writes themselves, not only that they are missing.</para>
/// </remarks>
public sealed class OwnWrites
{
    private readonly ConcurrentDictionary<ObjectKey, HashSet<string>> _superseded = new();

    /// <summary>A write of this process has turned one version into another.</summary>
    /// <param name="key">The object.</param>
    /// <param name="before">As it was when it was decided on.</param>
    /// <param name="after">As the server returned it.</param>
    public void Wrote(ObjectKey key, IKubernetesObject before, IKubernetesObject after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);

        // A write that changes nothing leaves the version as it is.
        if (before.Metadata.ResourceVersion is not { } old || old == after.Metadata.ResourceVersion) return;
        var versions = _superseded.GetOrAdd(key, _ => new HashSet<string>(StringComparer.Ordinal));
        lock (versions) versions.Add(old);
    }

    /// <summary>Whether the cache is behind what this process wrote. When it has caught up the old versions are forgotten.</summary>
    /// <param name="key">The object.</param>
    /// <param name="cached">As the store shows it; null when it shows none.</param>
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
