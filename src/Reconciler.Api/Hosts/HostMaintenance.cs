using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>How far the emptying of a host is.</summary>
[Atomic]
public sealed record HostMaintenance
{
    /// <summary>At most this many Domains are listed; all are counted.</summary>
    public const int MaximumListed = 32;

    /// <summary>Since when it is asked for.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How many Domains are still to leave the host; those that are halted and stay count as gone.</summary>
    public required int Left { get; init; }

    /// <summary>How many of them can't leave.</summary>
    public required int Blocked { get; init; }

    /// <summary>Those that are still to leave: first what can't, then what moves, then what waits for its turn.</summary>
    public IReadOnlyList<HostMaintenanceDomain>? Domains { get; init; }
}
