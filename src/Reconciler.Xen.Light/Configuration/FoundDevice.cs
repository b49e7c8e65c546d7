using System.Text.Json;
using Reconciler.Xen.Host;
using static Reconciler.Xen.Light.Configuration.FoundConfiguration;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>From <c>libxl_device_disk</c> and <c>libxl_device_nic</c> to what of them a domain of ours can have; null for one that it can't have.</summary>
internal static class FoundDevice
{
    private const int DisksOfMajor = 16;
    private const int Major = 202 << 8;
    private const int Extended = 1 << 28;

    /// <summary>What libxl gives a NIC that was not told (LIBXL_DEVICE_NIC_MTU_DEFAULT); and where not even that is written, Ethernet's.</summary>
    private const int DefaultMtu = 1492;

    public static DesiredDisk? Disk(JsonElement disk, List<string> unexpressed)
    {
        var device = Text(disk, "vdev") ?? "";
        var path = Text(disk, "pdev_path");
        var format = Text(disk, "format") ?? "raw";
        var why = disk switch
        {
            _ when NumberOf(device) is null => "only whole disks xvda, xvdb and so on can be had",
            _ when path is null => "it is an empty drive",
            _ when format is not ("raw" or "qcow2") => $"its format is {format}",
            _ when Text(disk, "script") is { } script && !IsOwn(script, "block") => $"the script {script} makes it",
            _ when IsElsewhere(disk) => "a domain other than dom0 serves it",
            _ => null,
        };
        if (why is not null)
        {
            unexpressed.Add($"disk {device}: {why}.");
            return null;
        }
        var isCdrom = Number(disk, "is_cdrom") == 1;
        return new DesiredDisk
        {
            ObjectUid = Guid.Empty,
            ObjectName = "",
            Device = device,
            DevId = NumberOf(device)!.Value,
            Path = path!,
            Format = format is "qcow2" ? DiskFormat.Qcow2 : DiskFormat.Raw,
            ReadOnly = !isCdrom && Number(disk, "readwrite") is not 1,
            CdRom = isCdrom,
        };
    }

    public static DesiredNic? Nic(JsonElement nic, List<string> unexpressed)
    {
        var index = (int)(Number(nic, "devid") ?? 0);
        var why = nic switch
        {
            _ when Text(nic, "bridge") is null => "it is in no bridge",
            _ when Text(nic, "mac") is null => "its MAC address is not known",
            _ when Text(nic, "script") is { } script && !IsOwn(script, "vif-bridge") => $"the script {script} connects it",
            _ when IsElsewhere(nic) => "a domain other than dom0 serves it",
            _ => null,
        };
        if (why is not null)
        {
            unexpressed.Add($"nic {index}: {why}.");
            return null;
        }
        return new DesiredNic
        {
            ObjectUid = Guid.Empty,
            ObjectName = "",
            Index = index,
            Mac = Text(nic, "mac")!.ToLowerInvariant(),
            Bridge = Text(nic, "bridge")!,
            Mtu = Number(nic, "mtu") is { } mtu and > 0 and not DefaultMtu ? (int)mtu : null,
            RateBytesPerSecond = RateOf(nic),
        };
    }

    private static long? RateOf(JsonElement nic) =>
        Number(nic, "rate_bytes_per_interval") is { } bytes and > 0 && Number(nic, "rate_interval_usecs") is { } interval and > 0 ? (long)((decimal)bytes * 1_000_000 / interval) : null;

    private static bool IsElsewhere(JsonElement device) => Number(device, "backend_domid") is > 0 || Text(device, "backend_domname") is { } name && name != "Domain-0";

    /// <summary>libxl's own choice, with or without its directory.</summary>
    private static bool IsOwn(string script, string own) => Path.GetFileName(script) == own;

    /// <summary>
    /// xen-vbd-interface(7); null for a partition, for the names of other kinds of disk, and beyond xvdzz, the last that a VBD can have. The API's types know these numbers
    /// too (VbdDevice): no assembly is below both, since what places Domains is to know nothing of a hypervisor.
    /// </summary>
    private static int? NumberOf(string device)
    {
        if (!device.StartsWith("xvd", StringComparison.Ordinal) || device.Length is < 4 or > 5) return null;
        var place = 0;
        foreach (var letter in device.AsSpan(3))
        {
            if (!char.IsAsciiLetterLower(letter)) return null;
            place = (place * 26) + (letter - 'a') + 1;
        }
        place--;
        return place < DisksOfMajor ? Major | (place << 4) : Extended | (place << 8);
    }
}
