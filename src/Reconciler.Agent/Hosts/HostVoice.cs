using Reconciler.Api.Hosts;

namespace Reconciler.Agent.Hosts;

/// <summary>
/// Whether this agent has the word on its host: as long as it renews its <see cref="HostLease"/>. When that has run out the operator has it
/// (<c>Ready=Unknown/AgentSilent</c>), and keeps it until the Lease is renewed again, so that the two never contradict each other in turns.
/// </summary>
/// <param name="time">The clock of this process alone: as in leader election, the holder counts from before it asked, the others from after they saw.</param>
/// <param name="hasLease">False where nobody waits for a sign: the agent has the word always.</param>
internal sealed class HostVoice(TimeProvider time, bool hasLease)
{
    private readonly Lock _gate = new();
    private long? _renewedAt;
    private string? _failure;

    /// <summary>Calls back when the word has come back to this agent.</summary>
    public Action? Regained { get; set; }

    /// <summary>Whether what this agent says counts.</summary>
    public bool IsHeard
    {
        get
        {
            lock (_gate) return !hasLease || (_renewedAt is { } at && time.GetElapsedTime(at) < HostLease.Duration);
        }
    }

    /// <summary>Why this agent can't do its work; null while it can, and while nothing has failed yet.</summary>
    public string? NotReadyReason => IsHeard ? null : _failure;

    /// <summary>The Lease was renewed.</summary>
    /// <param name="asked">When that was asked for, as a timestamp of the clock.</param>
    public void Renewed(long asked)
    {
        var wasHeard = IsHeard;
        lock (_gate) (_renewedAt, _failure) = (asked, null);
        if (!wasHeard) Regained?.Invoke();
    }

    /// <summary>It could not be renewed.</summary>
    public void NotRenewed(string error)
    {
        lock (_gate) _failure = $"its Lease is not renewed, so nothing of what it sees is reported: {error}";
    }
}
