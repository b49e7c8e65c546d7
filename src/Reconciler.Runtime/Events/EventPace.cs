namespace Reconciler.Runtime.Events;

/// <summary>
/// How fast a process writes events: a burst at once, then a steady rate. Each costs the API server as much as a status, and when thousands of objects
/// change at a time the status is what people wait for.
/// </summary>
internal sealed class EventPace(TimeProvider time)
{
    /// <summary>Events that go out at once after a quiet time.</summary>
    public const int Burst = 50;

    /// <summary>Between two events in the long run.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // The generic cell rate algorithm: when the last event would have been due, had all kept to the interval.
    private long _due = time.GetTimestamp();

    /// <summary>Completes when the next event may go.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        var interval = (long)(Interval.TotalSeconds * time.TimestampFrequency);
        var now = time.GetTimestamp();
        _due = Math.Max(_due, now) + interval;
        var ahead = _due - now - (Burst * interval);
        if (ahead > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)ahead / time.TimestampFrequency), time, cancellationToken);
        }
    }
}
