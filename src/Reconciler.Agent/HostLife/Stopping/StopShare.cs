namespace Reconciler.Agent.HostLife.Stopping;

/// <summary>What one order of domains gets of the time that a host's stop has left.</summary>
/// <param name="Grace">For its guests to power off.</param>
/// <param name="Teardown">After that, for what did not to be destroyed.</param>
/// <param name="Scale">1 when everybody gets what the specs say; less when the budget is too small for that. The delay after this order is cut by it, too.</param>
internal readonly record struct StopShare(TimeSpan Grace, TimeSpan Teardown, double Scale)
{
    private static readonly TimeSpan LongestTeardown = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The share of the first of the orders to come. Each is given what it may need; when that is more than is left, all are cut by the same
    /// factor. Asked anew at each order, so that time which one did not use is there for the others.
    /// </summary>
    /// <param name="needs">Of each order to come, the first first: the longest grace period, and the longest delay after it. Not empty.</param>
    /// <param name="left">Time left of the budget.</param>
    public static StopShare Of(IReadOnlyList<(TimeSpan Grace, TimeSpan Delay)> needs, TimeSpan left)
    {
        left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        // The last one is followed by nobody.
        var all = needs.Sum(n => (n.Grace + LongestTeardown + n.Delay).TotalSeconds) - needs[^1].Delay.TotalSeconds;
        var scale = Math.Min(1, left.TotalSeconds / all);
        return new StopShare(needs[0].Grace * scale, LongestTeardown * scale, scale);
    }
}
