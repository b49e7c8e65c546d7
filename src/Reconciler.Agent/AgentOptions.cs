namespace Reconciler.Agent;

/// <summary>How the agent runs, whatever it talks to.</summary>
internal sealed record AgentOptions
{
    /// <summary>The name of this host: of its node, its XenHost, and the label of what it holds.</summary>
    public required string NodeName { get; init; }

    /// <summary>
    /// There is no operator: this host is the only one, and the agent accepts and places Domains itself. True with a directory of manifests.
    /// </summary>
    public bool Standalone { get; init; }

    /// <summary>Domains worked on at the same time.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Port of /healthz, /readyz and /metrics; null: none.</summary>
    public int? HealthPort { get; init; }
}
