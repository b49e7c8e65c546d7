using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;

namespace Reconciler.Xen.Light.Policy;

/// <summary>Whether what a disk is to be made of is there and may be used on this host, and where it really is.</summary>
internal static class Disks
{
    private const string Devices = "/dev";

    /// <summary>Null if there is none; then <paramref name="resolved"/> has the real path, free of links.</summary>
    public static HostObjection? Check(DesiredDisk disk, HostPolicy policy, out DesiredDisk resolved)
    {
        var (objection, real) = Judge($"vbd {disk.ObjectName}", disk, policy);
        resolved = real is null ? disk : disk with { Path = real };
        return objection;
    }

    private static (HostObjection? Objection, string? Real) Judge(string field, DesiredDisk disk, HostPolicy policy)
    {
        var path = disk.Path;
        if (!Path.IsPathFullyQualified(path))
            return (new(field, "PathNotAllowed", $"\"{path}\" is not an absolute path in dom0."), null);

        // As for boot files: of what is outside not even its existence is told.
        var written = Path.GetFullPath(path);
        if (!policy.DiskDirectories.Any(entry => Allows(entry, written) || RealPath.Of(entry) is { } real && Allows(real, written)))
            return (NotAllowed(field, path, "", policy), null);
        if (RealPath.Of(path) is not { } target)
            return (new(field, "DiskNotFound", $"{path} is not on this host. Put it there, or correct the path."), null);
        if (!policy.DiskDirectories.Any(entry => AllowsTarget(entry, path, target)))
            return (NotAllowed(field, path, $", which leads to {target},", policy), null);
        if (IsBlockDevice(target)) return (BlockDeviceObjection(field, disk), target);
        return (ImageObjection(field, disk, target), target);
    }

    private static bool Allows(string entry, string path) => path == entry || PolicyPaths.IsWithin(path, entry);

    /// <summary>
    /// A target inside is allowed. So is a block device that a link leads to which is itself, once the directories before it are
    /// followed, inside an entry below /dev.
    /// </summary>
    private static bool AllowsTarget(string entry, string path, string target)
    {
        if (RealPath.Of(entry) is not { } real) return false;
        if (Allows(real, target)) return !Allows(Devices, real) || IsBlockDevice(target);
        return Allows(Devices, real) && IsBlockDevice(target)
            && Path.GetFileName(path) is not ("" or "." or "..") && RealPath.Of(Path.GetDirectoryName(path)!) is { } directory && Allows(real, directory);
    }

    /// <summary>A node that is a file system's own (mknod on a disk image) is none of the host's.</summary>
    private static bool IsBlockDevice(string real) => PolicyPaths.IsWithin(real, Devices) && BlockDevice.SizeOf(real) is not null;

    private static HostObjection? BlockDeviceObjection(string field, DesiredDisk disk) => disk.Format is DiskFormat.Raw
        ? Opened(field, disk.Path, disk.Path, _ => null)
        : new(field, "DiskNotReadable", $"{disk.Path} is a block device; only a raw disk can be made of one.");

    private static HostObjection? ImageObjection(string field, DesiredDisk disk, string real)
    {
        if (Directory.Exists(real)) return new(field, "DiskNotFound", $"{disk.Path} is a directory; name a file or a block device.");
        return Opened(field, disk.Path, real, file => disk.Format is DiskFormat.Qcow2 ? Qcow2Objection(field, disk.Path, file)
            : RandomAccess.GetLength(file) > 0 ? null : new(field, "DiskNotReadable", $"{disk.Path} is empty."));
    }

    private static HostObjection? Opened(string field, string path, string real, Func<SafeFileHandle, HostObjection?> look)
    {
        try
        {
            // A disk in use is written to by others meanwhile.
            using var file = File.OpenHandle(real, share: FileShare.ReadWrite | FileShare.Delete);
            return look(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(field, "DiskNotReadable", $"{path} can't be read: {e.Message} Correct its permissions on the host.");
        }
    }

    /// <summary>
    /// The header of QEMU's docs/interop/qcow2.txt. An image that names another file as its base or for its data would bring whatever that
    /// is into the guest, past the policy.
    /// </summary>
    private static HostObjection? Qcow2Objection(string field, string path, SafeFileHandle file)
    {
        const ulong ExternalDataFile = 1 << 2;
        Span<byte> header = stackalloc byte[80];
        header = header[..RandomAccess.Read(file, header, 0)];
        if (header.Length < 72 || BinaryPrimitives.ReadUInt32BigEndian(header) != 0x514649FB)
            return new(field, "DiskFormatMismatch", $"{path} is no qcow2 image. Correct the format, or the path.");
        if (BinaryPrimitives.ReadUInt64BigEndian(header[8..]) != 0)
            return new(field, "DiskNotAllowed", $"{path} is a qcow2 image over another file (a backing file), which this host does not allow. Make one image of the two: qemu-img convert.");
        var version = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (version >= 3 && (header.Length < 80 || (BinaryPrimitives.ReadUInt64BigEndian(header[72..]) & ExternalDataFile) != 0))
            return new(field, "DiskNotAllowed", $"{path} is a qcow2 image with its data in another file, which this host does not allow. Make one image of the two: qemu-img convert.");
        return null;
    }

    private static HostObjection NotAllowed(string field, string path, string leadsTo, HostPolicy policy) => new(
        field,
        "PathNotAllowed",
        $"{path}{leadsTo} is outside of what this host allows disks to be made of ({string.Join(", ", policy.DiskDirectories)}). Use a file or device in one of them, or extend the agent's host policy.");
}
