using System.Globalization;
using Reconciler.Api.Disks;
using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Importing;

/// <summary>One member of the list <c>disk</c>.</summary>
internal static class DiskImport
{
    /// <summary>The name of the script that is run when none is given; it attaches files and block devices.</summary>
    private const string DefaultScript = "block";

    /// <param name="item">The member.</param>
    /// <param name="index">Its place in the list, from 0.</param>
    /// <param name="findings">What is to be said of it is added.</param>
    /// <returns>Null when the disk has to be left out; then a finding says why.</returns>
    /// <exception cref="XlSyntaxException">It is no disk specification.</exception>
    public static VbdTemplate? Read(XlValue item, int index, List<Finding> findings)
    {
        if (item.Text is not { } text) throw new XlSyntaxException(item.Line, "found a list in disk; expected texts");
        var disk = XlDisk.Parse(text, item.Line);
        void Say(FindingKind kind, string message) => findings.Add(Finding.Of(kind, "disk", index, item, message));

        if (Refusal(disk) is { } refusal)
        {
            Say(FindingKind.Lost, $"{refusal}. The disk is left out");
            return null;
        }

        if (Device(disk.Device) is not { } device)
        {
            Say(FindingKind.Lost, $"{disk.Device} is no whole disk: a VBD is xvda to xvdzz. Put the partition on a disk of its own, or use the whole disk. The disk is left out");
            return null;
        }

        if (device != disk.Device && !disk.Device.StartsWith('d') && !char.IsAsciiDigit(disk.Device[0]))
            Say(FindingKind.Lost, $"{disk.Device} becomes {device}: other names than xvd are not given. Look for {disk.Device} in the kernel's command line and in the guest's /etc/fstab");
        foreach (var parameter in disk.Others)
        {
            var (kind, message) = Other(parameter);
            Say(kind, message);
        }

        var template = new VbdTemplate
        {
            Device = device,
            Mode = disk.IsReadOnly && !disk.IsCdrom ? VbdMode.ReadOnly : null,
            Type = disk.IsCdrom ? VbdType.CDROM : null,
            Source = Source(disk),
        };
        return template;
    }

    private static string? Refusal(XlDisk disk) => disk switch
    {
        { Script: { } script } when script != DefaultScript && script != $"/etc/xen/scripts/{DefaultScript}" =>
            $"the hotplug script {script} is not run. Make the disk a block device of the host (iscsiadm, drbdadm, nbd-client) and name that, or put it in a XenStoragePool",
        { Backend: { } backend } when !IsDom0(backend) => $"the backend in the domain {backend} is not used: disks are served by dom0",
        { Format: "qcow" or "vhd" or "qed" } => $"the format {disk.Format} is not read. Convert the image (qemu-img convert -O qcow2) and name the new one",
        { Target.Length: 0, IsCdrom: false } or { Format: "empty", IsCdrom: false } => "a disk without a target can be a CD-ROM drive only. Add devtype=cdrom",
        { Format: "qcow2", IsCdrom: true } => "the medium of a CD-ROM drive is Raw. Convert the image (qemu-img convert -O raw) and name the new one",
        { Format: "qcow2" } when IsBlockDevice(disk) => "a Qcow2 image is read from a file and not from a block device. Copy it into a file (qemu-img convert), or into the device as raw",
        _ => null,
    };

    /// <summary>The domain that the hosts' own backends are in.</summary>
    public static bool IsDom0(string backend) => backend is "" or "0" || string.Equals(backend, "Domain-0", StringComparison.OrdinalIgnoreCase);

    private static (FindingKind Kind, string Message) Other(string parameter) => parameter switch
    {
        "no-discard" => (FindingKind.Lost, "discard can't be switched off. If blocks must stay allocated, mount the guest's file systems without discard"),
        "discard" => (FindingKind.Lost, "discard can't be asked for: the backend offers it where the storage can do it"),
        "direct-io-safe" => (FindingKind.Lost, "direct-io-safe has no equivalent: the agent chooses how a disk is written to"),
        _ when parameter.StartsWith("backendtype=", StringComparison.Ordinal) => (FindingKind.Note, "the backend is chosen by the agent, from format and source"),
        "no-colo" => (FindingKind.Note, "COLO is never used"),
        _ => (FindingKind.Lost, $"{parameter} has no equivalent. Leave it out if the guest can do without it, or keep the guest with xl"),
    };

    private static VbdSource? Source(XlDisk disk) => disk switch
    {
        { Target.Length: 0 } or { Format: "empty" } => null,
        _ when IsBlockDevice(disk) => new VbdSource { BlockDevice = new BlockDeviceSource { Path = Path(disk) } },
        _ => new VbdSource { File = new FileSource { Path = Path(disk), Format = disk.Format == "qcow2" ? DiskFormat.Qcow2 : null } },
    };

    private static bool IsBlockDevice(XlDisk disk) => Path(disk).StartsWith("/dev/", StringComparison.Ordinal);

    /// <summary>As the script of xend and xl does it: phy:vg0/web is /dev/vg0/web.</summary>
    private static string Path(XlDisk disk) => disk.IsPhy && !disk.Target.StartsWith('/') ? $"/dev/{disk.Target}" : disk.Target;

    /// <summary>The name of a vdev: xvda, hda, sda (xl-disk-configuration(5)), d0, d0p0, or the number (xen-vbd-interface(7)).</summary>
    private static string? Device(string vdev)
    {
        if (VbdDevice.TryParse(vdev, out _)) return vdev;
        if (vdev.Length > 2 && vdev[..2] is ("hd" or "sd")) return VbdDevice.TryParse($"xvd{vdev[2..]}", out _) ? $"xvd{vdev[2..]}" : null;
        if (XlValue.Of(vdev, 1).TryNumber(out var number)) return VbdDevice.Name(number);
        var disk = vdev.EndsWith("p0", StringComparison.Ordinal) ? vdev.AsSpan(0, vdev.Length - 2) : vdev;
        return disk.Length > 1 && disk[0] == 'd' && int.TryParse(disk[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? VbdDevice.NameAt(place)
            : null;
    }
}
