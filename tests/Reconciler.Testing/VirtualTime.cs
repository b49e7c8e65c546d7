namespace Reconciler.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Timers, <c>Task.Delay(..., time)</c>, <c>WaitAsync(..., time)</c> and
/// <c>new CancellationTokenSource(..., time)</c> follow it.
/// </summary>
/// <remarks>
/// Callbacks run on the thread that advances, one after the other in order of their due times, with the clock at that due time.
/// What awaits a timer goes on elsewhere (thread pool or synchronization context), so after advancing a test waits for a signal of
/// the code under test; or it runs whole in <see cref="VirtualLoop"/>, which advances only when everything is at rest.
/// </remarks>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<VirtualTimer> _armed = [];
    private readonly List<(int Count, TaskCompletionSource Source)> _waiters = [];
    private readonly DateTimeOffset _start;
    private long _elapsedTicks;
    private long _wallOffsetTicks;
    private long _sequence;

    /// <summary>A clock that stands at <paramref name="start"/>; 2026-01-01T00:00:00Z when null.</summary>
    public VirtualTime(DateTimeOffset? start = null) =>
        _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Time passed since the start.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _elapsedTicks));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers wait for their time.</summary>
    public int ArmedTimers
    {
        get
        {
            lock (_gate)
            {
                return _armed.Count;
            }
        }
    }

    /// <summary>From now to the next timer; null when none is armed.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (_gate)
            {
                return Earliest() is { } timer ? TimeSpan.FromTicks(timer.DueTicks - _elapsedTicks) : null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Elapsed + TimeSpan.FromTicks(Interlocked.Read(ref _wallOffsetTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _elapsedTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing each timer at its time. Timers armed by callbacks fire too when they are due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var target = Interlocked.Read(ref _elapsedTicks) + by.Ticks;
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Somebody sets the wall clock, forwards or back: <see cref="GetUtcNow"/> jumps, timers and timestamps do not.</summary>
    public void JumpWallClock(TimeSpan by) => Interlocked.Add(ref _wallOffsetTicks, by.Ticks);

    /// <summary>Moves the clock to the next timer and fires it, with all others due at that moment; false when none is armed.</summary>
    public bool AdvanceToNextTimer()
    {
        if (UntilNextTimer is not { } wait)
        {
            return false;
        }

        Advance(wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
        return true;
    }

    /// <summary>Completes as soon as at least <paramref name="count"/> timers are armed: the code under test is waiting for time.</summary>
    public Task WhenArmedAsync(int count = 1)
    {
        lock (_gate)
        {
            if (_armed.Count >= count)
            {
                return Task.CompletedTask;
            }

            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, source));
            return source.Task;
        }
    }

    /// <summary>The same passage of time read from a wall clock that is wrong by <paramref name="offset"/>: another machine.</summary>
    public TimeProvider WithWallClockOff(TimeSpan offset) => new SkewedTime(this, offset);

    private VirtualTimer? Earliest() => _armed.MinBy(t => (t.DueTicks, t.Sequence));

    private VirtualTimer? TakeDue(long targetTicks)
    {
        lock (_gate)
        {
            if (Earliest() is not { } timer || timer.DueTicks > targetTicks)
            {
                Interlocked.Exchange(ref _elapsedTicks, Math.Max(_elapsedTicks, targetTicks));
                return null;
            }

            Interlocked.Exchange(ref _elapsedTicks, Math.Max(_elapsedTicks, timer.DueTicks));
            _armed.Remove(timer);
            if (timer.PeriodTicks > 0)
            {
                Arm(timer, timer.PeriodTicks);
            }

            return timer;
        }
    }

    private void Arm(VirtualTimer timer, long inTicks)
    {
        timer.DueTicks = _elapsedTicks + inTicks;
        timer.Sequence = _sequence++;
        _armed.Add(timer);
        foreach (var (_, source) in _waiters.Where(w => w.Count <= _armed.Count))
        {
            source.TrySetResult();
        }

        _waiters.RemoveAll(w => w.Count <= _armed.Count);
    }

    private sealed class VirtualTimer(VirtualTime owner, TimerCallback callback, object? state) : ITimer
    {
        // As the system's timers do: what the callback starts belongs to the caller's activity.
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private bool _disposed;

        public long DueTicks { get; set; }

        public long PeriodTicks { get; private set; }

        public long Sequence { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                owner._armed.Remove(this);
                PeriodTicks = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    owner.Arm(this, Math.Max(0, dueTime.Ticks));
                }

                return true;
            }
        }

        public void Fire()
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, s => callback(s), state);
            }
        }

        public void Dispose()
        {
            lock (owner._gate)
            {
                _disposed = true;
                owner._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class SkewedTime(VirtualTime time, TimeSpan offset) : TimeProvider
    {
        public override long TimestampFrequency => time.TimestampFrequency;

        public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + offset;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
