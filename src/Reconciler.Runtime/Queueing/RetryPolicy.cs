namespace Reconciler.Runtime.Queueing;

/// <summary>How failures are spaced. Per key, exponentially; over all keys, by a token bucket. There is no last try.</summary>
public sealed record RetryPolicy
{
    /// <summary>The wait after the first failure; doubles with each one.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The longest wait of one key.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Retries per second over all keys, once the burst is used up.</summary>
    public double PerSecond { get; init; } = 10;

    /// <summary>Retries that may come at once.</summary>
    public int Burst { get; init; } = 100;
}
