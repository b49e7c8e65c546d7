namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>
/// Who gets a free slot next. Short operations go first, then ends, then long ones, which hold at most <paramref name="longAtOnce"/> slots:
/// with one slot more, the others never wait for them. Within a lane it is first come, first served, but long ones take turns by domain: one
/// with sixteen disks keeps another's waiting for one of them, not for all.
/// </summary>
/// <remarks>The slot that was used last is taken first: its worker has its code compiled and its memory in place, which on a slow host is the
/// difference between milliseconds and seconds.</remarks>
/// <param name="longAtOnce">Long operations that may hold a slot at the same time.</param>
internal sealed class SlotQueue<T>(int longAtOnce)
{
    private readonly Lock _gate = new();
    private readonly Stack<T> _free = new();
    private readonly Queue<TaskCompletionSource<T>> _short = new();
    private readonly Queue<TaskCompletionSource<T>> _ending = new();
    private readonly Dictionary<Guid, Queue<TaskCompletionSource<T>>> _long = [];

    /// <summary>The domains in <see cref="_long"/>, each once.</summary>
    private readonly Queue<Guid> _turns = new();
    private int _longRunning;

    /// <summary>A slot that was not in use until now.</summary>
    public void Add(T slot)
    {
        lock (_gate)
        {
            _free.Push(slot);
            HandOut();
        }
    }

    /// <param name="lane">What it is for.</param>
    /// <param name="domain">Whose turn a long operation is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A slot, to be given back with <see cref="Return"/>.</returns>
    public async Task<T> TakeAsync(Lane lane, Guid domain, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<T> waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            QueueOf(lane, domain).Enqueue(waiter);
            HandOut();
        }

        // One that has given up stays in its queue, and is passed over.
        await using var giveUp = cancellationToken.UnsafeRegister(_ => waiter.TrySetCanceled(cancellationToken), null);
        return await waiter.Task;
    }

    public void Return(T slot, Lane lane)
    {
        lock (_gate)
        {
            if (lane is Lane.Long) _longRunning--;
            _free.Push(slot);
            HandOut();
        }
    }

    private Queue<TaskCompletionSource<T>> QueueOf(Lane lane, Guid domain)
    {
        if (lane is not Lane.Long) return lane is Lane.Short ? _short : _ending;
        if (_long.TryGetValue(domain, out var queue)) return queue;
        _turns.Enqueue(domain);
        return _long[domain] = new Queue<TaskCompletionSource<T>>();
    }

    private void HandOut()
    {
        TaskCompletionSource<T>? waiter;
        while (_free.Count > 0 && (_short.TryDequeue(out waiter) || _ending.TryDequeue(out waiter))) TryHandTo(waiter);
        while (_free.Count > 0 && _longRunning < longAtOnce && _turns.TryDequeue(out var domain))
        {
            var queue = _long[domain];
            if (TryHandTo(queue.Dequeue())) _longRunning++;
            if (queue.Count > 0)
                _turns.Enqueue(domain);
            else
                _long.Remove(domain);
        }
    }

    private bool TryHandTo(TaskCompletionSource<T> waiter)
    {
        if (!waiter.TrySetResult(_free.Peek())) return false;
        _free.Pop();
        return true;
    }
}
