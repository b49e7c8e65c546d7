using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Xen.Light.Native;

/// <summary>The parts of libxl's JSON that are read. What it leaves out is zero or false.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Dominfo))]
[JsonSerializable(typeof(Physinfo))]
[JsonSerializable(typeof(VersionInfo))]
internal sealed partial class LibxlJson : JsonSerializerContext;

/// <summary><c>libxl_dominfo</c>.</summary>
internal sealed record Dominfo
{
    public Guid Uuid { get; init; }

    public bool Paused { get; init; }

    public bool Shutdown { get; init; }

    public bool Dying { get; init; }

    /// <summary>A name of <c>libxl_shutdown_reason</c>; missing for "unknown".</summary>
    public JsonElement? ShutdownReason { get; init; }

    public long CurrentMemkb { get; init; }

    /// <summary>Nanoseconds.</summary>
    public ulong CpuTime { get; init; }

    public int VcpuOnline { get; init; }
}

/// <summary><c>libxl_physinfo</c>. Pages are of 4 KiB.</summary>
internal sealed record Physinfo
{
    public int NrCpus { get; init; }

    public long TotalPages { get; init; }

    public long FreePages { get; init; }

    /// <summary>Free, but claimed by domains that are being built.</summary>
    public long OutstandingPages { get; init; }

    public int NrNodes { get; init; }

    /// <summary>
    /// <c>libxl_hwcap</c>: of its eight words the first four; its JSON has never had more (<c>libxl_hwcap_gen_json</c>, libxl_json.c, counts to
    /// four). <c>xl info</c> prints all of them.
    /// </summary>
    public IReadOnlyList<uint>? HwCap { get; init; }

    public bool CapHvm { get; init; }

    public bool CapHap { get; init; }

    /// <summary>There is an IOMMU, for guests of whichever type: the name is older than that.</summary>
    public bool CapHvmDirectio { get; init; }

    public bool CapPv { get; init; }
}

/// <summary><c>libxl_version_info</c>.</summary>
internal sealed record VersionInfo
{
    public int XenVersionMajor { get; init; }

    public int XenVersionMinor { get; init; }

    public string? XenVersionExtra { get; init; }

    /// <summary>Bytes: 4,096 on x86.</summary>
    public int Pagesize { get; init; }
}
