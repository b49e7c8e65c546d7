using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime.Queueing;

/// <summary>The keys that need work, each at most once.</summary>
/// <remarks>
/// <para>Guarantees, whatever the interleaving:</para>
/// <list type="bullet">
/// <item>a key is never with two workers at once, and a key that waits for its turn holds no worker;</item>
/// <item>a key added while it is worked on runs exactly once more afterwards;</item>
/// <item>after each add a run of that key begins, at the latest when it is due and a worker is free: nothing is lost;</item>
/// <item>of several delayed adds the earliest counts; an immediate add, or a run that begins, replaces a delayed one, because a run
/// looks at everything and says itself when to come back.</item>
/// </list>
/// <para>Keys of the low lane run when the high lane is empty, and as every sixteenth all the same.</para>
/// </remarks>
public sealed class EntityQueue<TKey> : IDisposable
    where TKey : notnull
{
    private const int HighInARow = 15;
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly TimeProvider _time;
    private readonly RuntimeMetrics _metrics;
    private readonly RetryDelays<TKey> _retries;
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Dictionary<TKey, long> _takenAt = [];
    private readonly Queue<TKey>[] _lanes = [new(), new()];
    private readonly int[] _depths = new int[2];
    private readonly PriorityQueue<(TKey Key, long Due), long> _delayed = new();
    private readonly Queue<TaskCompletionSource<QueueItem<TKey>?>> _waiters = new();
    private readonly ITimer _timer;
    private int _highRun;
    private bool _shutDown;

    /// <summary>An empty queue.</summary>
    /// <param name="name">For metrics.</param>
    /// <param name="services">Clock, chance and metrics.</param>
    /// <param name="retryPolicy">How failures are spaced.</param>
    public EntityQueue(string name, RuntimeServices services, RetryPolicy? retryPolicy = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        _name = name;
        _time = services.Time;
        _metrics = services.Metrics;
        _retries = new RetryDelays<TKey>(retryPolicy ?? new RetryPolicy(), _time, services.Random);
        _timer = _time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _metrics.ObserveQueue(name, Read);
    }

    /// <summary>Keys that are ready and wait for a worker.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _depths[0] + _depths[1];
            }
        }
    }

    /// <summary>The key is to be worked on now.</summary>
    /// <param name="key">Which.</param>
    /// <param name="priority">Its lane.</param>
    /// <param name="trigger">Why, for the trace; <see cref="QueueTrigger.Added"/> when null.</param>
    public void Add(TKey key, QueuePriority priority = QueuePriority.High, QueueTrigger? trigger = null)
    {
        lock (_gate)
        {
            if (_shutDown)
            {
                return;
            }

            var entry = EntryOf(key);
            if (entry.Due is not null && priority >= entry.DuePriority)
            {
                entry.Due = null;
            }

            MakeReady(key, entry, priority, trigger ?? QueueTrigger.Added);
            Dispatch();
        }
    }

    /// <summary>The key is to be worked on after a while, or earlier if something else calls for it.</summary>
    public void AddAfter(TKey key, TimeSpan delay, QueuePriority priority = QueuePriority.High)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, priority, QueueTrigger.Requeue.AfterCurrent());
            return;
        }

        lock (_gate)
        {
            if (!_shutDown)
            {
                Delay(key, delay, priority, QueueTrigger.Requeue);
            }
        }
    }

    /// <summary>The key has failed: it is to be worked on again after a back-off that grows with each failure.</summary>
    public void AddRateLimited(TKey key, QueuePriority priority = QueuePriority.High)
    {
        lock (_gate)
        {
            if (_shutDown)
            {
                return;
            }

            _metrics.QueueRetried(_name);
            Delay(key, _retries.Next(key), priority, QueueTrigger.Retry);
        }
    }

    /// <summary>The key has succeeded: its next failure is its first.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            _retries.Forget(key);
        }
    }

    /// <summary>Failures in a row.</summary>
    public int Failures(TKey key)
    {
        lock (_gate)
        {
            return _retries.Failures(key);
        }
    }

    /// <summary>Waits for a key. Null: the queue is shut down.</summary>
    public ValueTask<QueueItem<TKey>?> TakeAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<QueueItem<TKey>?> waiter;
        lock (_gate)
        {
            if (_shutDown)
            {
                return new((QueueItem<TKey>?)null);
            }

            if (TryTake() is { } item)
            {
                return new(item);
            }

            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>The worker has finished with the key. Before this, it is given to nobody else.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || !entry.Processing)
            {
                throw new InvalidOperationException($"'{key}' is not being worked on.");
            }

            entry.Processing = false;
            _takenAt.Remove(key, out var takenAt);
            _metrics.QueueDone(_name, _time.GetElapsedTime(takenAt));
            if (entry.Ready is { } priority)
            {
                Enlane(key, priority);
                Dispatch();
            }
            else if (entry.Due is null)
            {
                _entries.Remove(key);
            }
        }
    }

    /// <summary>Takes nothing in and gives nothing out any more. What waits is dropped: the next process lists everything again.</summary>
    public void ShutDown()
    {
        lock (_gate)
        {
            _shutDown = true;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            while (_waiters.TryDequeue(out var waiter))
            {
                waiter.TrySetResult(null);
            }
        }
    }

    /// <summary>Shuts down.</summary>
    public void Dispose()
    {
        ShutDown();
        _timer.Dispose();
    }

    private QueueReading Read()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var worked = _takenAt.Values.Select(taken => _time.GetElapsedTime(taken, now)).ToList();
            return new QueueReading(_depths[1], _depths[0], worked.Aggregate(TimeSpan.Zero, (a, b) => a + b), worked.DefaultIfEmpty().Max());
        }
    }

    private Entry EntryOf(TKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = entry = new Entry();
        }

        return entry;
    }

    private void MakeReady(TKey key, Entry entry, QueuePriority priority, QueueTrigger trigger)
    {
        if (entry.Ready is null)
        {
            _metrics.QueueAdded(_name);
            entry.ReadySince = _time.GetTimestamp();
        }
        else if (entry.Ready >= priority)
        {
            return;
        }
        else if (!entry.Processing)
        {
            // Promoted: its place in the low lane is passed over when its turn comes.
            _depths[(int)entry.Ready]--;
        }

        entry.Ready = priority;
        entry.Trigger = trigger;
        if (!entry.Processing)
        {
            Enlane(key, priority);
        }
    }

    private void Enlane(TKey key, QueuePriority priority)
    {
        _lanes[(int)priority].Enqueue(key);
        _depths[(int)priority]++;
    }

    private void Delay(TKey key, TimeSpan delay, QueuePriority priority, QueueTrigger trigger)
    {
        var entry = EntryOf(key);
        if (entry.Ready >= priority)
        {
            return;
        }

        // By way of decimal: the product does not fit into 64 bits.
        var due = _time.GetTimestamp() + (long)((decimal)delay.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond);
        entry.DuePriority = entry.Due is null || priority > entry.DuePriority ? priority : entry.DuePriority;
        if (entry.Due is null || due < entry.Due)
        {
            entry.Due = due;
            entry.DueTrigger = trigger.AfterCurrent();
            _delayed.Enqueue((key, due), due);
            ArmTimer();
        }
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (!_shutDown && _delayed.TryPeek(out var next, out _) && next.Due <= now)
            {
                _delayed.Dequeue();
                if (_entries.TryGetValue(next.Key, out var entry) && entry.Due == next.Due)
                {
                    entry.Due = null;
                    MakeReady(next.Key, entry, entry.DuePriority, entry.DueTrigger);
                }
            }

            Dispatch();
            ArmTimer();
        }
    }

    private void ArmTimer()
    {
        // What was replaced in the meantime needs no wake-up.
        while (_delayed.TryPeek(out var stale, out _) && !(_entries.TryGetValue(stale.Key, out var entry) && entry.Due == stale.Due))
        {
            _delayed.Dequeue();
        }

        if (_delayed.TryPeek(out var next, out _) && !_shutDown)
        {
            // Timers count whole milliseconds and round down: too early would spin.
            var exact = _time.GetElapsedTime(_time.GetTimestamp(), next.Due);
            var wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(exact.TotalMilliseconds)));
            _timer.Change(wait < LongestTimer ? wait : LongestTimer, Timeout.InfiniteTimeSpan);
        }
    }

    private void Dispatch()
    {
        while (_waiters.TryPeek(out var waiter))
        {
            if (waiter.Task.IsCompleted)
            {
                _waiters.Dequeue();
            }
            else if (TryTake() is { } item)
            {
                _waiters.Dequeue().SetResult(item);
            }
            else
            {
                return;
            }
        }
    }

    private QueueItem<TKey>? TryTake()
    {
        var lowFirst = _highRun >= HighInARow;
        return lowFirst
            ? TryTake(QueuePriority.Low) ?? TryTake(QueuePriority.High)
            : TryTake(QueuePriority.High) ?? TryTake(QueuePriority.Low);
    }

    private QueueItem<TKey>? TryTake(QueuePriority lane)
    {
        while (_lanes[(int)lane].TryDequeue(out var key))
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Ready != lane || entry.Processing)
            {
                continue;
            }

            _depths[(int)lane]--;
            _highRun = lane == QueuePriority.High ? _highRun + 1 : 0;
            entry.Ready = null;
            entry.Due = null;
            entry.Processing = true;
            var now = _time.GetTimestamp();
            _takenAt[key] = now;
            var waited = _time.GetElapsedTime(entry.ReadySince, now);
            _metrics.QueueTaken(_name, waited);
            return new QueueItem<TKey>(key, lane, waited, entry.Trigger);
        }

        return null;
    }

    private async ValueTask<QueueItem<TKey>?> WaitAsync(TaskCompletionSource<QueueItem<TKey>?> waiter, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                // Under the lock a waiter either has its key or is cancelled, so that no key is given to one who has left.
                lock (_gate)
                {
                    waiter.TrySetCanceled(token);
                }
            },
            null);
        return await waiter.Task;
    }

    private sealed class Entry
    {
        /// <summary>The lane that it waits in; while it is processed, the lane that it goes to afterwards.</summary>
        public QueuePriority? Ready { get; set; }

        public long ReadySince { get; set; }

        public QueueTrigger Trigger { get; set; } = QueueTrigger.Added;

        public bool Processing { get; set; }

        public long? Due { get; set; }

        public QueuePriority DuePriority { get; set; }

        public QueueTrigger DueTrigger { get; set; } = QueueTrigger.Requeue;
    }
}
