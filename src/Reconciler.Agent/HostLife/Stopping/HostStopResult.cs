namespace Reconciler.Agent.HostLife.Stopping;

/// <summary>How a host's stop ended.</summary>
/// <param name="Down">How many domains were shut down, or were down already.</param>
/// <param name="Left">What still runs, and why, in words: empty when nothing does that should not.</param>
internal sealed record HostStopResult(int Down, IReadOnlyList<string> Left)
{
    public bool Succeeded => Left.Count == 0;
}
