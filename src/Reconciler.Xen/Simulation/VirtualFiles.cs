using System.Collections.Concurrent;

namespace Reconciler.Xen.Simulation;

/// <summary>dom0's files, as far as guests boot from them. Every path exists and is a kernel or ramdisk in order, unless told otherwise.</summary>
public sealed class VirtualFiles
{
    private readonly ConcurrentDictionary<string, bool> _broken = new(StringComparer.Ordinal);

    /// <summary>From now on there is no file at this path.</summary>
    public void Remove(string path) => _broken[path] = false;

    /// <summary>From now on the file at this path is not what it should be: Xen can't build a domain from it.</summary>
    public void Corrupt(string path) => _broken[path] = true;

    /// <summary>From now on the file is in order again.</summary>
    public void Restore(string path) => _broken.TryRemove(path, out _);

    /// <summary>Whether there is a file at this path.</summary>
    public bool Exists(string path) => !_broken.TryGetValue(path, out var there) || there;

    internal bool IsCorrupt(string path) => _broken.TryGetValue(path, out var there) && there;
}
