namespace Reconciler.Runtime.Queueing;

/// <summary>Counts the failures of each key and says how long the next try must wait. Not thread-safe: the queue's lock guards it.</summary>
internal sealed class RetryDelays<TKey>(RetryPolicy policy, TimeProvider time, Random random)
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _failures = [];
    private double _tokens = policy.Burst;
    private long _refilledAt = time.GetTimestamp();

    public int Failures(TKey key) => _failures.GetValueOrDefault(key);

    public void Forget(TKey key) => _failures.Remove(key);

    public TimeSpan Next(TKey key)
    {
        var failures = _failures.GetValueOrDefault(key);
        _failures[key] = failures + 1;
        var ceiling = Math.Min(policy.Longest.TotalSeconds, policy.First.TotalSeconds * Math.Pow(2, Math.Min(failures, 40)));

        // Half of it is chance: keys that failed together (the API server was away) don't come back together.
        var own = TimeSpan.FromSeconds(ceiling * (0.5 + (0.5 * random.NextDouble())));
        var shared = Reserve();
        return own > shared ? own : shared;
    }

    private TimeSpan Reserve()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(policy.Burst, _tokens + (time.GetElapsedTime(_refilledAt, now).TotalSeconds * policy.PerSecond)) - 1;
        _refilledAt = now;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / policy.PerSecond);
    }
}
