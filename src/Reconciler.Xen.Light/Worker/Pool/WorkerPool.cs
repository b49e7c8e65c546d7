using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>
/// A few workers. Operations that change the host and those that only look have workers of their own: a create that hangs until its limit
/// must not make the agent blind. And of those that change it the short ones have one that no long one takes: a pause or the end of a
/// domain does not wait for the disks of others. One that looks and one that acts are there from the beginning, and warm; each of the others
/// comes when an operation would have to wait for it.
/// </summary>
internal sealed class WorkerPool : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<WorkerSlot> _slots = [];
    private readonly SlotQueue<WorkerSlot> _acting;
    private readonly SlotQueue<WorkerSlot> _looking = new(longAtOnce: 0);
    private volatile WorkerReady? _lastReady;
    private long _timedOut;
    private long _lost;

    /// <summary>Starts the first two workers in the background.</summary>
    public WorkerPool(WorkerOptions options, TimeProvider time)
    {
        if (options.Count < 1) throw new ArgumentException($"WorkerOptions.Count is {options.Count}; at least 1 worker is needed", nameof(options));
        _acting = new SlotQueue<WorkerSlot>(longAtOnce: options.Count);
        for (var i = 0; i < options.Count + 2; i++)
            _slots.Add(new WorkerSlot(options, time, worker => _lastReady = worker.Ready, _stopping.Token));
        _ = _slots[1].Start(after: _slots[0].Start(Task.CompletedTask));

        // The one that is up already is to be taken first.
        for (var i = _slots.Count - 1; i > 0; i--) _acting.Add(_slots[i]);
        _looking.Add(_slots[0]);
    }

    /// <summary>What the worker that started last said of itself; null while none has.</summary>
    public WorkerReady? LastReady => _lastReady;

    /// <summary>Workers that an operation has cost so far.</summary>
    public WorkerLosses Losses => new(Interlocked.Read(ref _timedOut), Interlocked.Read(ref _lost));

    /// <param name="request">The operation.</param>
    /// <param name="limit">How long it may take once a worker has it.</param>
    /// <param name="cancellationToken">Honoured until a worker has it.</param>
    /// <exception cref="XenException">The operation failed, exceeded its limit or lost its worker; or there is no worker.</exception>
    public async Task<WorkerReply> CallAsync(WorkerRequest request, TimeSpan limit, CancellationToken cancellationToken)
    {
        var free = request is ObserveRequest or DescribeRequest or CheckRequest ? _looking : _acting;
        if (_stopping.IsCancellationRequested) throw new XenException(XenErrorCode.Unavailable, request.Operation, "the host was closed");
        var lane = Lanes.Of(request);
        var slot = await free.TakeAsync(lane, Lanes.DomainOf(request), cancellationToken);
        try
        {
            var worker = await slot.GetAsync().WaitAsync(cancellationToken);
            try
            {
                return await worker.CallAsync(request, limit);
            }
            catch (XenException e) when (worker.IsDown)
            {
                Interlocked.Increment(ref e.Code is XenErrorCode.Timeout ? ref _timedOut : ref _lost);
                throw;
            }
            finally
            {
                // The next call finds a warm one again.
                if (worker.IsDown && !_stopping.IsCancellationRequested) _ = slot.Start(Task.CompletedTask);
            }
        }
        finally
        {
            free.Return(slot, lane);
        }
    }

    /// <summary>Lets every worker finish its operation and go; they are not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var slot in _slots) await slot.StopAsync();
    }
}
