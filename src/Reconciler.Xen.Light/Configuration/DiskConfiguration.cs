using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>A <see cref="DesiredDisk"/> as <c>libxl_device_disk</c> in libxl's own JSON (libxl_types.idl).</summary>
internal static class DiskConfiguration
{
    public static string ToJson(DesiredDisk disk) => LibxlJsonWriter.Write(json => Write(json, disk));

    public static void Write(Utf8JsonWriter json, DesiredDisk disk)
    {
        json.WriteStartObject();
        json.WriteString("pdev_path", disk.Path);
        json.WriteString("vdev", disk.Device);

        // Said and not left to libxl to choose: a raw file is served by the kernel, over a loop device that Xen's block script sets up.
        json.WriteString("backend", IsServedByQemu(disk) ? "qdisk" : "phy");
        json.WriteString("format", disk.Format is DiskFormat.Qcow2 ? "qcow2" : "raw");
        json.WriteNumber("readwrite", disk.ReadOnly || disk.CdRom ? 0 : 1);
        json.WriteNumber("is_cdrom", disk.CdRom ? 1 : 0);
        json.WriteNumber("removable", disk.CdRom ? 1 : 0);
        json.WriteEndObject();
    }

    /// <summary>Whether a process of the domain's own serves it, and not dom0's kernel.</summary>
    public static bool IsServedByQemu(DesiredDisk disk) => disk.Format is not DiskFormat.Raw;
}
