using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>How the agent runs with a directory of manifests.</summary>
internal sealed record StandaloneOptions
{
    public required string Manifests { get; init; }

    /// <summary>Where the resources survive the process.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Resolved: not Auto.</summary>
    public required HostKind Host { get; init; }

    public AllowedResources Allowed { get; init; } = new();

    /// <summary>End as soon as everything has converged, or after <see cref="OnceLimit"/>.</summary>
    public bool Once { get; init; }

    /// <summary>How long <see cref="Once"/> waits.</summary>
    public TimeSpan OnceLimit { get; init; } = TimeSpan.FromSeconds(60);

    public bool Verbose { get; init; }

    public required AgentOptions Agent { get; init; }
}
