namespace Reconciler.Runtime;

/// <summary>
/// Waiting times between tries of a loop that talks to the API server: 0.8 s doubling to 30 s with full jitter, from the start again
/// after two quiet minutes (the numbers of client-go's and kube-rs' watchers). Not thread-safe: each loop has its own.
/// </summary>
public sealed class RetryBackoff(TimeProvider time, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.8);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    // API servers ask for seconds. Whoever asks for hours (a proxy, a wrong clock) is asked again before.
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(2);
    private int _failures;
    private long? _retryAt;

    /// <summary>What was tried has worked: the next failure is the first.</summary>
    public void Reset() => _failures = 0;

    /// <summary>How long to wait now, after a failure.</summary>
    /// <param name="retryAfter">What the server asked for: never less than that, up to five minutes.</param>
    public TimeSpan Next(TimeSpan? retryAfter = null)
    {
        if (_retryAt is { } at && time.GetElapsedTime(at) > Healthy)
        {
            _failures = 0;
        }

        var ceiling = TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 16))));
        var wait = ceiling * random.NextDouble();
        if (retryAfter is { } asked && asked > wait)
        {
            wait = asked < LongestAsked ? asked : LongestAsked;
        }

        _retryAt = time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);
        return wait;
    }
}
