using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Devices;

/// <summary>What Linux tells of, and does with, block devices of dom0.</summary>
public static class BlockDevice
{
    /// <summary>Of sysfs, whatever the device's own sector is (Linux, Documentation/ABI/stable/sysfs-block).</summary>
    private const int Sector = 512;

    /// <summary>The size in bytes of the block device at a path, links followed; null: there is none.</summary>
    /// <remarks>By its numbers, because a node may have any name: without udev LVM makes nodes of its own, and no links to those of the kernel's names.</remarks>
    public static long? SizeOf(string path) =>
        Libc.BlockDeviceNumber(path) is var (major, minor) ? SectorsOf(string.Create(CultureInfo.InvariantCulture, $"/sys/dev/block/{major}:{minor}")) * Sector : null;

    /// <summary>Makes a range read as zeroes; the device does it by itself where it can. Whole sectors, bytes.</summary>
    /// <exception cref="IOException">The device refuses.</exception>
    public static void ZeroOut(SafeFileHandle device, long offset, long length)
    {
        if (Libc.ZeroOut(device, offset, length) != 0) throw new IOException($"writing zeroes: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>
    /// Lets loop devices over a file have the size that the file has now (losetup -c): a backend on one tells its guest within a moment
    /// (Linux, xen_vbd_resize). Those that have it already are not touched.
    /// </summary>
    /// <param name="file">Absolute path, free of links.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static void FollowSize(string file)
    {
        var size = new FileInfo(file).Length / Sector;
        foreach (var loop in Directory.EnumerateDirectories("/sys/block", "loop*"))
        {
            if (LoopDevices.BackingFile(loop) != file || SectorsOf(loop) == size) continue;
            if (!Libc.TrySetLoopCapacity($"/dev/{Path.GetFileName(loop)}")) throw new IOException($"/dev/{Path.GetFileName(loop)} does not take the new size of {file}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static long? SectorsOf(string device)
    {
        try
        {
            return long.Parse(File.ReadAllText(Path.Combine(device, "size")), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // no block device, or gone meanwhile
        }
    }
}
