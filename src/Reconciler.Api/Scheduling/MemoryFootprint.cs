using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>How much of a host's memory a domain takes: what the guest sees, and what the hypervisor needs besides.</summary>
/// <param name="GuestKiB">spec.memory.size, KiB.</param>
/// <param name="OverheadKiB">Shadow or paging pages, per-vCPU pages and tables, KiB.</param>
/// <remarks>
/// The model of xapi (ocaml/xenopsd, memory.ml), the toolstack with the longest practice in it: shadow of 256 pages a vCPU and 2 pages a MiB
/// (one for the p2m map, one for resident shadow; libxl's libxl__get_required_paging_memory is the same), 1 MiB outside of the guest and, for
/// hardware-assisted guests, 1 MiB inside and 38 pages a vCPU. An estimate: the host has the last word.
/// </remarks>
public sealed record MemoryFootprint(long GuestKiB, long OverheadKiB)
{
    private const long KiBPerPage = 4;
    private const long KiBPerMiB = 1024;
    private const long ShadowPagesPerVcpu = 256;
    private const long ShadowPagesPerMiB = 2;
    private const long HardwareAssistedPagesPerVcpu = 38;

    public long TotalKiB => GuestKiB + OverheadKiB;

    /// <summary>
    /// What a Domain takes of a host's free memory when it comes to be there: nothing when it is to take over one that runs there already, whose memory is not free.
    /// Null when its spec has no readable memory size.
    /// </summary>
    public static MemoryFootprint? Of(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return Of(domain.Spec) is not { } footprint ? null : AdoptionRules.IsPending(domain) ? new MemoryFootprint(0, 0) : footprint;
    }

    /// <summary>The footprint of a domain; null when its spec has no readable memory size.</summary>
    public static MemoryFootprint? Of(DomainSpec? spec)
    {
        if (!Quantity.TryParse(spec?.Memory?.Size, out var size)) return null;
        return Of(spec!.Type ?? DomainType.PVH, size.KiB, spec.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus);
    }

    public static MemoryFootprint Of(DomainType type, long memoryKiB, int vcpus)
    {
        var memoryMiB = (memoryKiB + KiBPerMiB - 1) / KiBPerMiB;
        var shadowPages = (ShadowPagesPerVcpu * vcpus) + (ShadowPagesPerMiB * memoryMiB);
        var overhead = KiBPerMiB + RoundUpToMiB(shadowPages * KiBPerPage);
        if (type == DomainType.PVH) overhead += KiBPerMiB + (HardwareAssistedPagesPerVcpu * vcpus * KiBPerPage);
        return new MemoryFootprint(memoryKiB, overhead);
    }

    private static long RoundUpToMiB(long kib) => (kib + KiBPerMiB - 1) / KiBPerMiB * KiBPerMiB;
}
