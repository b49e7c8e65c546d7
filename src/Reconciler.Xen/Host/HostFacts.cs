namespace Reconciler.Xen.Host;

/// <summary>What a Xen host is and has.</summary>
public sealed record HostFacts
{
    /// <summary>Xen version, as <c>xl info</c>: "4.17.7-pre".</summary>
    public required string XenVersion { get; init; }

    /// <summary>Guest types that the hypervisor can run.</summary>
    public required IReadOnlyList<DomainType> GuestTypes { get; init; }

    /// <summary>Physical CPUs online.</summary>
    public required int Cpus { get; init; }

    /// <summary>NUMA nodes of the machine; 0 where it is not known.</summary>
    public int NumaNodes { get; init; }

    /// <summary>What each of them has, by number; empty where it is not known.</summary>
    public IReadOnlyList<NumaNode> Numa { get; init; } = [];

    /// <summary>What the hypervisor can do beyond guest types: "hap" (nested paging), "iommu" (devices can be passed through), as virt_caps of <c>xl info</c> has it.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>
    /// The CPU's features as Xen sees them: hexadecimal words with colons between, the first four of hw_caps of <c>xl info</c>. That is EDX and
    /// ECX of CPUID leaves 1 and 0x80000001 (cpufeatureset.h of Xen), and not all that two hosts must share for a guest to move alive.
    /// Null where it is not known.
    /// </summary>
    public string? CpuFeatures { get; init; }

    /// <summary>All memory of the host, KiB.</summary>
    public required long TotalMemoryKiB { get; init; }

    /// <summary>Memory that the hypervisor can give to a new domain now, KiB.</summary>
    public required long FreeMemoryKiB { get; init; }

    /// <summary>Identifies this boot of the host: /proc/sys/kernel/random/boot_id of dom0.</summary>
    public required string BootId { get; init; }

    /// <summary>Which adapter this is: "libxl" or "simulated".</summary>
    public required string Adapter { get; init; }

    /// <summary>Version of the toolstack library: "libxenlight.so.4.17"; null on the simulated host.</summary>
    public string? Toolstack { get; init; }
}
