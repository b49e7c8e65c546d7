namespace Reconciler.Agent.HostLife.Stopping;

/// <summary>That this host is stopping.</summary>
/// <param name="Since">Since when.</param>
/// <param name="Deadline">When it goes on, whatever is still running.</param>
internal sealed record HostStopOrder(DateTimeOffset Since, DateTimeOffset Deadline);
