using System.Globalization;
using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>
/// From <c>libxl_domain_config</c>, as libxl has it of a domain that somebody else made (libxl_types.idl), to what of it a <see cref="DesiredDomain"/> can have. libxl writes no
/// value that is its default.
/// </summary>
internal static class FoundConfiguration
{
    /// <summary>Devices that no DesiredDomain has, by the names of their lists.</summary>
    private static readonly string[] OtherDevices = ["pcidevs", "usbctrls", "usbdevs", "vfbs", "vkbs", "vtpms", "p9s", "pvcallsifs", "vdispls", "vsnds", "channels", "rdms", "dtdevs", "virtios"];

    public static FoundDomain Read(string json, DomainRef domain)
    {
        using var document = JsonDocument.Parse(json);
        var (create, build) = (Child(document.RootElement, "c_info"), Child(document.RootElement, "b_info"));
        List<string> unexpressed = [];
        var boot = BootOf(build, unexpressed);
        ValueList<DesiredDisk> disks = [.. Items(document.RootElement, "disks").Select(disk => FoundDevice.Disk(disk, unexpressed)).OfType<DesiredDisk>()];
        ValueList<DesiredNic> nics = [.. Items(document.RootElement, "nics").Select(nic => FoundDevice.Nic(nic, unexpressed)).OfType<DesiredNic>()];
        foreach (var other in OtherDevices)
            if (Items(document.RootElement, other).Length is > 0 and var count) unexpressed.Add($"{other}: it has {count.ToString(CultureInfo.InvariantCulture)}.");
        if (Number(build, "target_memkb") is { } target && Number(build, "max_memkb") is { } most && target != most)
            unexpressed.Add($"memory: it has {target} KiB of the {most} KiB that it may have (a balloon).");
        return new FoundDomain
        {
            Ref = domain,
            XenName = Text(create, "name") ?? "",
            Type = Text(create, "type") switch { "pv" => DomainType.Pv, "pvh" => DomainType.Pvh, _ => DomainType.Hvm },
            Vcpus = (int)(Number(build, "max_vcpus") ?? 1),
            MemoryKiB = Number(build, "max_memkb") ?? 0,
            Boot = boot,
            Disks = disks,
            Nics = nics,
            RestartsAfterPoweroff = Restarts(document.RootElement, "on_poweroff"),
            RestartsAfterCrash = Restarts(document.RootElement, "on_crash"),
            Unexpressed = [.. unexpressed],
        };
    }

    private static DirectBoot? BootOf(JsonElement build, List<string> unexpressed)
    {
        // Before 4.15 these were in the part that depends on the type.
        var pv = Child(build, "type.pv");
        if ((Text(build, "bootloader") ?? Text(pv, "bootloader")) is { Length: > 0 } loader)
        {
            unexpressed.Add($"bootloader: {loader} starts it, and a Domain boots a kernel of the host.");
            return null;
        }
        if ((Text(build, "kernel") ?? Text(pv, "kernel")) is not { Length: > 0 } kernel)
        {
            unexpressed.Add("kernel: it was not started with one of the host's.");
            return null;
        }
        return new DirectBoot(kernel, Text(build, "ramdisk") ?? Text(pv, "ramdisk"), Text(build, "cmdline") ?? Text(pv, "cmdline"));
    }

    private static bool Restarts(JsonElement config, string action) => Text(config, action)?.Contains("restart", StringComparison.Ordinal) == true;

    internal static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    internal static string? Text(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;

    internal static long? Number(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    private static JsonElement[] Items(JsonElement parent, string name) => Child(parent, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
}
