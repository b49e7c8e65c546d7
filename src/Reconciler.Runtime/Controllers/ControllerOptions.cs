using Reconciler.Runtime.Queueing;

namespace Reconciler.Runtime.Controllers;

/// <summary>How a controller runs.</summary>
public sealed record ControllerOptions
{
    /// <summary>In logs, metrics and traces.</summary>
    public required string Name { get; init; }

    /// <summary>Keys worked on at the same time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>After this a reconcile is cancelled and counts as failed.</summary>
    public TimeSpan ReconcileTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often every key of the store is looked at without a reason (which heals missed signals), give or take a tenth. Null: never.</summary>
    public TimeSpan? Resync { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How failures are spaced.</summary>
    public RetryPolicy Retry { get; init; } = new();
}
