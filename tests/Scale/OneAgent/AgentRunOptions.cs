namespace Reconciler.Scale.OneAgent;

/// <summary>How large a run of one agent is.</summary>
internal sealed record AgentRunOptions
{
    /// <summary>Domains on the host at idle.</summary>
    public required int Domains { get; init; }

    /// <summary>Domains on the host when the agent is restarted for the first time.</summary>
    public required int RestartDomains { get; init; }

    /// <summary>How long nothing happens.</summary>
    public required TimeSpan Idle { get; init; }
}
