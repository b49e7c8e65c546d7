namespace Reconciler.Runtime.Health;

/// <summary>How one loop tells that it is alive. A loop that waits for work owes nothing; one that works says by when it will be heard of again.</summary>
public sealed class Heartbeat
{
    private const long NothingOwed = long.MaxValue;
    private readonly TimeProvider _time;
    private long _due = NothingOwed;

    internal Heartbeat(string name, TimeProvider time)
    {
        Name = name;
        _time = time;
    }

    /// <summary>The loop's name: "reflector domains.xen.reconciler.dev".</summary>
    public string Name { get; }

    /// <summary>How long ago the loop should have been heard of; null while it is on time.</summary>
    public TimeSpan? Overdue
    {
        get
        {
            var due = Interlocked.Read(ref _due);
            var now = _time.GetTimestamp();
            return due != NothingOwed && now > due ? _time.GetElapsedTime(due, now) : null;
        }
    }

    /// <summary>The loop calls again before <paramref name="limit"/> has passed, or it hangs.</summary>
    public void ExpectWithin(TimeSpan limit) =>
        Interlocked.Exchange(ref _due, _time.GetTimestamp() + (long)(limit.TotalSeconds * _time.TimestampFrequency));

    /// <summary>The loop waits for work, for as long as that takes.</summary>
    public void Idle() => Interlocked.Exchange(ref _due, NothingOwed);

    /// <summary>The loop has ended on purpose.</summary>
    public void Stop() => Idle();
}
