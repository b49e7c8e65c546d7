using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>One NUMA node of a host. What is free of it is not told: it changes with every page.</summary>
[Atomic]
public sealed record HostNumaNode
{
    /// <summary>Its number, from 0.</summary>
    public required int Id { get; init; }

    /// <summary>
    /// What the hypervisor counts as its memory, as a quantity: as xl info -n, holes of the address space included. The sum may be
    /// more than memory.total.
    /// </summary>
    public required string Memory { get; init; }

    /// <summary>Its CPUs that are online.</summary>
    public required int Cpus { get; init; }
}
