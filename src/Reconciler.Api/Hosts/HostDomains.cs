using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>How many domains are on a host.</summary>
[Atomic]
public sealed record HostDomains
{
    /// <summary>Made by Reconciler.</summary>
    public required int Ours { get; init; }

    /// <summary>Made by others, never touched.</summary>
    public required int Foreign { get; init; }
}
