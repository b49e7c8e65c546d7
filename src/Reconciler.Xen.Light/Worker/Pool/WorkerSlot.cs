using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>A place in the pool: one worker, or the attempt to start one. Used by one call at a time.</summary>
internal sealed class WorkerSlot(WorkerOptions options, TimeProvider time, Action<WorkerProcess> onStarted, CancellationToken stopping)
{
    private static readonly TimeSpan WarmUpLimit = TimeSpan.FromSeconds(60);

    /// <summary>Null as long as none was needed.</summary>
    private Task<WorkerProcess>? _worker;
    private long _lastStart;

    /// <summary>Starts a worker in the background, and warms it up, before there is work for it.</summary>
    /// <param name="after">Another start to be waited for, however it ends: on a busy host workers are up sooner one after another.</param>
    /// <returns>The start, for the next one to wait for.</returns>
    public Task Start(Task after) => Begin(after, warmUp: true);

    /// <summary>The worker, once it is up; when there was none so far, or its start failed and that is not just now, a new one.</summary>
    /// <exception cref="XenException">Why there is none.</exception>
    public async Task<WorkerProcess> GetAsync()
    {
        if (_worker is null || (_worker.IsFaulted && time.GetElapsedTime(_lastStart) >= options.RestartDelay))
            return await Begin(Task.CompletedTask, warmUp: false);
        return await _worker;
    }

    /// <summary>Lets the worker finish what it does, and go.</summary>
    public async ValueTask StopAsync()
    {
        if (_worker is null) return;
        try
        {
            await (await _worker).DisposeAsync();
        }
        catch (Exception e) when (e is XenException or OperationCanceledException)
        {
            // There is none.
        }
    }

    private Task<WorkerProcess> Begin(Task after, bool warmUp)
    {
        _lastStart = time.GetTimestamp();
        _worker = StartAsync(after, warmUp);

        // A failure is for the next call to see; until then nobody looks at it.
        _ = _worker.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return _worker;
    }

    private async Task<WorkerProcess> StartAsync(Task after, bool warmUp)
    {
        await after.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
        var worker = await WorkerProcess.StartAsync(options, stopping);
        onStarted(worker);
        if (warmUp && !await IsWarmAsync(worker)) throw new XenException(XenErrorCode.Unavailable, "worker", "it was lost at its first look at the host");
        return worker;
    }

    /// <summary>
    /// The first operation of a process compiles what it runs and is by far the slowest; so it is one that touches nothing and that nobody
    /// waits for. What it yields does not matter, unless the worker died of it.
    /// </summary>
    private static async Task<bool> IsWarmAsync(WorkerProcess worker)
    {
        try
        {
            await worker.CallAsync(new ObserveRequest(), WarmUpLimit);
        }
        catch (XenException)
        {
            // The first call in earnest says it.
        }
        return !worker.IsDown;
    }
}
