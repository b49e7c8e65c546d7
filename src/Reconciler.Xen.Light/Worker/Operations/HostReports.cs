using System.Globalization;
using System.Text.Json;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>What the hypervisor says of itself.</summary>
internal static class HostReports
{
    private const int PageKiB = 4;

    public static HostReport Describe(ILibxl libxl)
    {
        var info = JsonSerializer.Deserialize(libxl.Physinfo(), LibxlJson.Default.Physinfo)!;
        var version = JsonSerializer.Deserialize(libxl.VersionInfo(), LibxlJson.Default.VersionInfo)!;
        return new HostReport(
            $"{version.XenVersionMajor}.{version.XenVersionMinor}{version.XenVersionExtra}",
            info.CapHvm,
            info.CapPv,
            info.NrCpus,
            info.TotalPages * PageKiB,
            FreeMemoryKiB(info),
            info.NrNodes,
            libxl.NumaNodes(),
            [.. new[] { info.CapHap ? "hap" : null, info.CapHvmDirectio ? "iommu" : null }.OfType<string>()],
            info.HwCap is { Count: > 0 } words ? string.Join(':', words.Select(word => word.ToString("x8", CultureInfo.InvariantCulture))) : null);
    }

    /// <summary>As "free_memory" of <c>xl info</c>: what is free and not claimed by a domain that is being built.</summary>
    public static long FreeMemoryKiB(Physinfo info) => Math.Max(0, info.FreePages - info.OutstandingPages) * PageKiB;
}
