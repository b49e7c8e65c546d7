using Reconciler.Agent.HostLife;
using Reconciler.Xen.Light.Policy;

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

    /// <summary>Where the agent's sign of life is (<see cref="Api.Hosts.HostLease"/>); null: it gives none, because nobody looks for it.</summary>
    public string? LeaseNamespace { get; init; }

    /// <summary>The file that the one agent of the host locks (<see cref="Hosts.HostLock"/>); null: no other can be at work on it.</summary>
    public string? LockFile { get; init; }

    /// <summary>Where the host's start and stop is kept and told; null: they are nothing special.</summary>
    public HostLifePaths? HostLife { get; init; }

    /// <summary>Which machine this is (<see cref="Hosts.HostIdentity"/>); null: nobody can tell.</summary>
    public string? SystemUuid { get; init; }

    /// <summary>More than libxl's workers: who waits for one of those holds one of these, and what needs none is not to wait for it.</summary>
    public const int DefaultWorkers = 8;

    /// <summary>Domains worked on at the same time.</summary>
    public int Workers { get; init; } = DefaultWorkers;

    /// <summary>What disks and NICs may be made of on a real host.</summary>
    public HostPolicy Policy { get; init; } = new();

    /// <summary>Where a simulated host keeps which volumes were made; null: they end with the process.</summary>
    public string? SimulatedVolumes { get; init; }

    /// <summary>Port of /healthz, /readyz and /metrics; null: none.</summary>
    public int? HealthPort { get; init; }
}
