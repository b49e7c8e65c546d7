namespace Reconciler.Runtime.Leadership;

/// <summary>Which Lease is competed for, and at what pace. The defaults are client-go's.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>The Lease's namespace: that of the pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>The Lease's name.</summary>
    public required string Name { get; init; }

    /// <summary>Who competes: pod name and something random, since a restarted container has the same pod name.</summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid():N}";

    /// <summary>How long others wait after the last sign of life before they take over.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader goes on without a successful renewal. Shorter than <see cref="LeaseDuration"/>: it must stop before another starts.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between tries, from the start of one to that of the next.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// When a try that has no answer is given up: so that <see cref="RenewDeadline"/> leaves time for another, by <see cref="Hosting.LeaseClient">a new
    /// connection</see>. (The half is client-go's limit of a request, too: resourcelock.NewFromKubeconfig.)
    /// </summary>
    public TimeSpan TryLimit => RenewDeadline / 2;
}
