using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Xen.Store.Transports;

/// <summary>The few calls of libc that .NET doesn't offer.</summary>
internal static unsafe partial class Posix
{
    // Linux, all architectures: asm-generic/errno-base.h, asm-generic/errno.h, bits/socket.h, bits/poll.h, bits/eventfd.h.
    private const int EINTR = 4;
    private const int EAGAIN = 11;
    private const int MsgDontWait = 0x40;
    private const int MsgNoSignal = 0x4000;
    private const short PollIn = 1;
    private const int EventCloseOnExec = 0x80000;

    /// <summary>Sends without waiting. The count sent, 0 if it would have to wait.</summary>
    public static int SendNow(SafeHandle socket, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            nint sent;
            fixed (byte* start = bytes) sent = Send(socket, start, (nuint)bytes.Length, MsgDontWait | MsgNoSignal);
            if (sent >= 0) return (int)sent;
            switch (Marshal.GetLastPInvokeError())
            {
                case EINTR: continue;
                case EAGAIN: return 0;
                default: throw Failure("send");
            }
        }
    }

    /// <summary>Blocks until there is something to read, and reads it. <see cref="RandomAccess"/> refuses what can't seek.</summary>
    public static int Read(SafeHandle file, Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* start = buffer) count = Read(file, start, (nuint)buffer.Length);
            if (count >= 0) return (int)count;
            if (Marshal.GetLastPInvokeError() != EINTR) throw Failure("read");
        }
    }

    /// <summary>Blocks until all is written, with one call unless the kernel takes less at a time.</summary>
    public static void Write(SafeHandle file, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint count;
            fixed (byte* start = bytes) count = Write(file, start, (nuint)bytes.Length);
            if (count >= 0) bytes = bytes[(int)count..];
            else if (Marshal.GetLastPInvokeError() != EINTR) throw Failure("write");
        }
    }

    /// <summary>Blocks until one of the two can be read, or is broken.</summary>
    public static void WaitReadable(SafeHandle first, SafeHandle second)
    {
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new PollDescriptor { Descriptor = (int)first.DangerousGetHandle(), Events = PollIn };
        descriptors[1] = new PollDescriptor { Descriptor = (int)second.DangerousGetHandle(), Events = PollIn };
        while (Poll(descriptors, 2, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != EINTR) throw Failure("poll");
        }
    }

    /// <summary>An eventfd: readable once 8 bytes were written to it.</summary>
    public static SafeFileHandle EventDescriptor()
    {
        var descriptor = EventFd(0, EventCloseOnExec);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("eventfd");
    }

    private static IOException Failure(string call) =>
        new($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, byte* bytes, nuint count, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeHandle file, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeHandle file, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint value, int flags);

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
