namespace Reconciler.Xen.Light.Devices;

/// <summary>
/// Releases loop devices over volumes of ours that no backend has, whatever has become of the domains that they were set up for: of one that
/// was never marked (its creation was cut short) nobody else knows.
/// </summary>
/// <remarks>
/// Guarantees: a file of somebody else's is not touched, nor a loop device that anything has open. One counts as left over only when two
/// looks in succession have found it so: between them whoever is attaching it has come to an end, if the caller leaves more time than a
/// hotplug script has (40 s).
/// </remarks>
public sealed class LoopSweep : IAsyncDisposable
{
    private readonly IDeviceStore _store;
    private readonly LoopDevices _loops;
    private HashSet<(string Loop, string File)> _suspects = [];

    public LoopSweep()
        : this(new XenstoreDevices())
    {
    }

    internal LoopSweep(IDeviceStore store, LoopDevices? loops = null) => (_store, _loops) = (store, loops ?? new LoopDevices(store));

    /// <summary>One look. Blocks for as long as xenstored takes to answer.</summary>
    /// <param name="isOurs">Whether the file at a path is a volume of ours.</param>
    /// <returns>What was released: <c>/dev/loop3</c>, and the file.</returns>
    /// <exception cref="Xen.Host.XenException">xenstored can't be asked.</exception>
    public IReadOnlyList<(string Loop, string File)> Run(Func<string, bool> isOurs)
    {
        ArgumentNullException.ThrowIfNull(isOurs);
        var suspects = _loops.All().Where(loop => isOurs(loop.File)).ToHashSet();
        if (suspects.Count > 0) suspects.ExceptWith(_loops.Served(suspects));
        var left = suspects.Where(_suspects.Contains).ToArray();
        _suspects = suspects;
        return left.Length == 0 ? [] : _loops.Release(left);
    }

    public ValueTask DisposeAsync() => _store is XenstoreDevices xenstore ? xenstore.DisposeAsync() : ValueTask.CompletedTask;
}
