using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What the agent sees of its host.</summary>
public sealed record XenHostStatus
{
    public const int MaximumNumaNodes = 64;

    /// <summary>The generation of the spec that this status was judged by.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Ready: the agent reaches the hypervisor, xenstored and the toolstack library. HostService: the host shuts its domains down, and starts them, with it. Evacuated, Fenced: while they are asked for. SplitBrain: while it is so.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Version of the hypervisor: 4.17.7.</summary>
    public string? XenVersion { get; init; }

    /// <summary>Version of the agent.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>The toolstack: libxenlight.so.4.17, or simulated.</summary>
    public string? Toolstack { get; init; }

    /// <summary>Guest types that the host can run: PVH, PV, HVM.</summary>
    public IReadOnlyList<string>? GuestTypes { get; init; }

    /// <summary>Physical CPUs online.</summary>
    public int? Cpus { get; init; }

    /// <summary>What the hypervisor can do beyond guest types: hap (nested paging), iommu (devices can be passed through).</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>NUMA nodes of the machine.</summary>
    public int? NumaNodes { get; init; }

    /// <summary>What each NUMA node has, by number: at most 64, as many as Xen has at most. Not set where it is not known.</summary>
    [Length(0, MaximumNumaNodes)]
    public IReadOnlyList<HostNumaNode>? Numa { get; init; }

    /// <summary>
    /// The CPU's features as Xen sees them, in hexadecimal words: the first four of hw_caps of xl info (EDX and ECX of CPUID leaves 1 and
    /// 0x80000001). libxl tells no more; a live migration asks for more than these.
    /// </summary>
    public string? CpuFeatures { get; init; }

    /// <summary>Memory of the host.</summary>
    public HostMemory? Memory { get; init; }

    /// <summary>Identifies the machine, in all its boots; not set where its firmware has no UUID.</summary>
    public string? SystemUuid { get; init; }

    /// <summary>Identifies this boot of the host.</summary>
    public string? BootId { get; init; }

    /// <summary>What is asked of the host by way of the Node of its name. (Operator.)</summary>
    public HostNode? Node { get; init; }

    /// <summary>How far the emptying of the host is; not set unless it is asked for. (Operator.)</summary>
    public HostMaintenance? Maintenance { get; init; }

    /// <summary>How many domains of ours, and of others, are on the host (domain 0 not counted).</summary>
    public HostDomains? Domains { get; init; }

    /// <summary>
    /// The domains of others that its agent may adopt (--adopt), the first 32 by name. Not set: there are none, or it may adopt none.
    /// </summary>
    public IReadOnlyList<HostAdoptable>? Adoptable { get; init; }

    /// <summary>What the host sees of each XenStoragePool.</summary>
    public IReadOnlyList<HostStoragePool>? StoragePools { get; init; }

    /// <summary>What the host sees of each XenNetwork.</summary>
    public IReadOnlyList<HostNetwork>? Networks { get; init; }
}
