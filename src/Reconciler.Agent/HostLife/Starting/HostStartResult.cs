namespace Reconciler.Agent.HostLife.Starting;

/// <summary>How a host's start ended.</summary>
/// <param name="Started">How many domains run that were to be started.</param>
/// <param name="Failed">What does not, and why, in words. The agent goes on trying.</param>
internal sealed record HostStartResult(int Started, IReadOnlyList<string> Failed);
