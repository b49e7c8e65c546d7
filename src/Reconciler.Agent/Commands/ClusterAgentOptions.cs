using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.Commands;

/// <summary>How the agent runs in a cluster.</summary>
internal sealed record ClusterAgentOptions
{
    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    public required HostKind Host { get; init; }

    public AllowedResources Allowed { get; init; } = new();

    /// <summary>The state directory that was given; null: that of the host.</summary>
    public string? State { get; init; }

    /// <summary>Where a simulated host keeps its machine; null: its guests end with the process.</summary>
    public string? SimulatedState { get; init; }

    public bool Verbose { get; init; }

    public required AgentOptions Agent { get; init; }
}
