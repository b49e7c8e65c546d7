using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What a domain takes from the host beside its own memory, by xapi's model (xenopsd, memory.ml).</summary>
internal static class MemoryModel
{
    private const long PageKiB = 4;
    private const long MiB = 1024;

    public static long OverheadKiB(DomainType type, int vcpus, long memoryKiB)
    {
        var overhead = 2 * MiB;
        if (type == DomainType.Pv)
            return overhead;
        var shadowPages = 256L * vcpus + 2 * (memoryKiB / MiB);
        return overhead + (shadowPages + 38L * vcpus) * PageKiB;
    }
}
