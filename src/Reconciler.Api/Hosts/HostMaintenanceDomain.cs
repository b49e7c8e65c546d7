using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>A Domain that is still on a host that is to be empty.</summary>
[Atomic]
public sealed record HostMaintenanceDomain
{
    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The reason of its condition Placed: CannotMove, Moving, WaitingToMove, or Placed while it was not looked at yet.</summary>
    public required string Reason { get; init; }

    /// <summary>What it waits for, or what hinders.</summary>
    public string? Message { get; init; }
}
