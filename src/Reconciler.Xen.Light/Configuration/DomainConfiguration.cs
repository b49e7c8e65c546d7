using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>A <see cref="DesiredDomain"/> as <c>libxl_domain_config</c> in libxl's own JSON (libxl_types.idl). Memory is in KiB.</summary>
internal static class DomainConfiguration
{
    /// <param name="domain">What shall be made, its disks' paths as the host's policy resolved them.</param>
    /// <param name="boot">Its boot files, as the host's policy resolved them.</param>
    /// <exception cref="XenException"><see cref="XenErrorCode.NotSupported"/> for a type that is not built yet.</exception>
    public static string ToJson(DesiredDomain domain, DirectBoot boot)
    {
        var type = TypeName(domain.Type) ?? throw new XenException(
            XenErrorCode.NotSupported, "create-paused", $"type {domain.Type} is not built by this version; use PVH or PV");
        return LibxlJsonWriter.Write(json =>
        {
            json.WriteStartObject();
            WriteCreateInfo(json, domain, type);
            WriteBuildInfo(json, domain, boot, type);
            WriteDevices(json, domain);

            // Only the toolstack acts on these, and ours acts on its own policy: they keep `xl` and the reader of `xl list -l` from
            // expecting anything else than that a domain which ended stays visible with its reason.
            foreach (var end in (ReadOnlySpan<string>)["on_poweroff", "on_reboot", "on_watchdog", "on_crash", "on_soft_reset"])
                json.WriteString(end, "preserve");
            json.WriteEndObject();
        });
    }

    /// <summary>Null for a type that can't be built.</summary>
    public static string? TypeName(DomainType type) => type switch
    {
        DomainType.Pvh => "pvh",
        DomainType.Pv => "pv",
        _ => null,
    };

    private static void WriteCreateInfo(Utf8JsonWriter json, DesiredDomain domain, string type)
    {
        json.WriteStartObject("c_info");
        json.WriteString("type", type);
        json.WriteString("name", domain.XenName);
        json.WriteString("uuid", domain.Uuid);
        json.WriteString("run_hotplug_scripts", True);
        json.WriteEndObject();
    }

    private static void WriteBuildInfo(Utf8JsonWriter json, DesiredDomain domain, DirectBoot boot, string type)
    {
        json.WriteStartObject("b_info");
        json.WriteNumber("max_vcpus", domain.Vcpus);

        // libxl's default is one virtual CPU online, whatever max_vcpus says (libxl__domain_build_info_setdefault).
        json.WriteStartArray("avail_vcpus");
        for (var vcpu = 0; vcpu < domain.Vcpus; vcpu++) json.WriteNumberValue(vcpu);
        json.WriteEndArray();

        json.WriteNumber("max_memkb", domain.MemoryKiB);
        json.WriteNumber("target_memkb", domain.MemoryKiB);

        // The hypervisor sets all of the memory aside before it is filled: too little is told at once, as `xl` does it.
        json.WriteString("claim_mode", True);
        json.WriteString("kernel", boot.Kernel);
        if (!string.IsNullOrEmpty(boot.Ramdisk)) json.WriteString("ramdisk", boot.Ramdisk);
        if (!string.IsNullOrEmpty(boot.Cmdline)) json.WriteString("cmdline", boot.Cmdline);

        // A keyed union: the key carries the type.
        json.WriteStartObject($"type.{type}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDevices(Utf8JsonWriter json, DesiredDomain domain)
    {
        if (domain.Disks.Count > 0)
        {
            json.WriteStartArray("disks");
            foreach (var disk in domain.Disks) DiskConfiguration.Write(json, disk);
            json.WriteEndArray();
        }
        if (domain.Nics.Count > 0)
        {
            json.WriteStartArray("nics");
            foreach (var nic in domain.Nics) NicConfiguration.Write(json, nic);
            json.WriteEndArray();
        }
    }

    /// <summary>libxl_defbool is a string, unlike bool.</summary>
    private const string True = "True";
}
