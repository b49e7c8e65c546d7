using System.Globalization;
using Reconciler.Xen.Host;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Probe;

/// <summary>Both ends of a disk, as the watches on their states tell of them.</summary>
internal sealed class DiskConnection : IAsyncDisposable
{
    private readonly XenstoreClient _xenstore;
    private readonly string[] _paths;
    private readonly XenstoreWatch[] _watches;
    private readonly Task<XenstoreEvent>[] _next;

    private DiskConnection(XenstoreClient xenstore, string[] paths, XenstoreWatch[] watches)
    {
        (_xenstore, _paths, _watches) = (xenstore, paths, watches);
        _next = [.. watches.Select(watch => watch.NextAsync().AsTask())];
    }

    public static async Task<DiskConnection> WatchAsync(XenstoreClient xenstore, int domid, int devId)
    {
        string[] paths = [$"/local/domain/0/backend/vbd/{domid}/{devId}/state", $"/local/domain/{domid}/device/vbd/{devId}/state"];
        return new DiskConnection(xenstore, paths, [await xenstore.WatchAsync(paths[0]), await xenstore.WatchAsync(paths[1])]);
    }

    /// <summary>Waits for changes until it is so.</summary>
    public async Task UntilAsync(Func<(XenbusState? Backend, XenbusState? Frontend), bool> holds)
    {
        while (true)
        {
            var states = await _xenstore.ReadManyAsync(_paths);
            if (holds((StateOf(states[0]), StateOf(states[1])))) return;
            await Task.WhenAny(_next);
            for (var i = 0; i < _next.Length; i++)
                if (_next[i].IsCompleted) _next[i] = _watches[i].NextAsync().AsTask();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches) await watch.DisposeAsync();
        foreach (var next in _next) await next.ContinueWith(static ended => _ = ended.Exception, TaskScheduler.Default);
    }

    private static XenbusState? StateOf(string? value) => value is null ? null : (XenbusState)int.Parse(value, CultureInfo.InvariantCulture);
}
