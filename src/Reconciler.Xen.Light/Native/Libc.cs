using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Xen.Light.Native;

/// <summary>The few calls to the C library that .NET has no form of.</summary>
internal static partial class Libc
{
    private const string Name = "libc";
    private const int DupfdCloexec = 1030;

    /// <summary>open(2): read and write, make it if missing, close on exec. (The same numbers on every Linux that .NET runs on.)</summary>
    private const int ReadWriteCreateCloexec = 2 | 0x40 | 0x80000;

    /// <summary>open(2): read and write, close on exec.</summary>
    private const int ReadWriteCloexec = 2 | 0x80000;

    /// <summary>Take the lock (flock(2)) exclusively, and don't wait for it.</summary>
    public const int LockExclusiveNow = 2 | 4;

    /// <summary>Take the lock shared, and don't wait for it.</summary>
    public const int LockSharedNow = 1 | 4;

    /// <summary>errno when another open file holds the lock.</summary>
    public const int WouldBlock = 11;

    /// <summary>open(2): read and write, fail if it is mounted or otherwise held (a block device's own meaning of O_EXCL), close on exec.</summary>
    private const int ReadWriteExclusiveCloexec = 2 | 0x80 | 0x80000;

    /// <summary>ioctl(2), loop(4): take the file away from it.</summary>
    private const nuint LoopClearFd = 0x4C01;

    /// <summary>ioctl(2), loop(4): look at the file's size anew.</summary>
    private const nuint LoopSetCapacity = 0x4C07;

    /// <summary>ioctl(2), linux/fs.h: _IO(0x12,127), over two 64-bit numbers: offset and length.</summary>
    private const nuint BlockZeroOut = 0x127F;

    /// <summary>A C stream over a descriptor; it takes the descriptor over. Null when out of memory.</summary>
    [LibraryImport(Name, EntryPoint = "fdopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenStream(int descriptor, string mode);

    [LibraryImport(Name, EntryPoint = "free")]
    public static partial void Free(nint memory);

    [LibraryImport(Name, EntryPoint = "_exit")]
    public static partial void ExitNow(int status);

    [LibraryImport(Name, EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport(Name, EntryPoint = "dup2", SetLastError = true)]
    public static partial int Duplicate(int descriptor, int onto);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int DeviceControl(SafeFileHandle file, nuint request, nint argument);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int DeviceControl(SafeFileHandle file, nuint request, ReadOnlySpan<ulong> argument);

    /// <summary>Makes a range of a block device read as zeroes; bytes, whole sectors. 0: done, else errno is set.</summary>
    public static int ZeroOut(SafeFileHandle device, long offset, long length) => DeviceControl(device, BlockZeroOut, [(ulong)offset, (ulong)length]);

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int directory, string path, int flags, uint mask, Span<byte> status);

    /// <summary>The numbers of the block device that a path leads to; null: it leads to none.</summary>
    public static (uint Major, uint Minor)? BlockDeviceNumber(string path)
    {
        // statx(2), whose struct is the same on every architecture: stx_mode at 28, stx_rdev_major and _minor at 128 and 132.
        const int CurrentDirectory = -100;
        const int TypeMask = 0xF000, BlockType = 0x6000;
        Span<byte> status = stackalloc byte[256];
        if (Status(CurrentDirectory, path, 0, 1 /* STATX_TYPE */, status) != 0 || (BitConverter.ToUInt16(status[28..]) & TypeMask) != BlockType) return null;
        return (BitConverter.ToUInt32(status[128..]), BitConverter.ToUInt32(status[132..]));
    }

    /// <summary>losetup -c. False: errno says why not.</summary>
    public static bool TrySetLoopCapacity(string device)
    {
        var descriptor = Open(device, ReadWriteCloexec, 0);
        if (descriptor < 0) return false;
        using SafeFileHandle file = new(descriptor, ownsHandle: true);
        return DeviceControl(file, LoopSetCapacity, 0) == 0;
    }

    /// <summary>NETLINK_ROUTE (linux/netlink.h).</summary>
    public const int RouteProtocol = 0;

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, [In] byte[] buffer, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, [Out] byte[] buffer, nint length, int flags);

    /// <summary>A netlink(7) socket to the kernel, closed by exec(2).</summary>
    public static SafeFileHandle OpenNetlink(int protocol)
    {
        const int netlink = 16, rawCloexec = 3 | 0x80000;
        var descriptor = Socket(netlink, rawCloexec, protocol);
        if (descriptor < 0) throw new IOException($"netlink: {Marshal.GetLastPInvokeErrorMessage()}");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static void SendTo(SafeFileHandle socket, byte[] message)
    {
        if (Send(socket, message, message.Length, 0) != message.Length) throw new IOException($"netlink: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <returns>The length of the datagram.</returns>
    public static int ReceiveFrom(SafeFileHandle socket, byte[] buffer)
    {
        var length = Receive(socket, buffer, buffer.Length, 0);
        return length >= 0 ? (int)length : throw new IOException($"netlink: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>losetup -d, for one that nobody uses. False: somebody does.</summary>
    public static bool TryDetachLoopDevice(string device)
    {
        var descriptor = Open(device, ReadWriteExclusiveCloexec, 0);
        if (descriptor < 0) return false;
        using SafeFileHandle file = new(descriptor, ownsHandle: true);
        return DeviceControl(file, LoopClearFd, 0) == 0;
    }

    /// <summary>Opens a file to lock it. (.NET's own way of opening takes and refuses locks by itself.)</summary>
    public static SafeFileHandle OpenForLocking(string path)
    {
        var descriptor = Open(path, ReadWriteCreateCloexec, 0x180 /* rw for the owner */);
        if (descriptor < 0) throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Another descriptor of the same open file, above 2 and closed by exec(2), so that no child inherits it.</summary>
    public static SafeFileHandle DuplicatePrivately(int descriptor)
    {
        int copy = Control(descriptor, DupfdCloexec, 3);
        if (copy < 0) throw new IOException($"fcntl({descriptor}, F_DUPFD_CLOEXEC): {Marshal.GetLastPInvokeErrorMessage()}");
        return new SafeFileHandle(copy, ownsHandle: true);
    }
}
