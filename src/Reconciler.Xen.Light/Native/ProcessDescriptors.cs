using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Xen.Light.Native;

/// <summary>Descriptors of processes, and how to wait for several of them (pidfd_open(2), poll(2), eventfd(2)).</summary>
internal static partial class ProcessDescriptors
{
    private const string Library = "libc";

    /// <summary>The same number on every architecture; the C library has it by name only since glibc 2.36.</summary>
    private const nint PidfdOpen = 434;

    private const nint PidfdSendSignal = 424;

    private const nint Terminated = 15;

    private const int EventCloexec = 0x80000;

    /// <summary>poll(2): there is something to read; of a process: it has ended.</summary>
    private const short Readable = 1;

    /// <summary>Null: there is no such process, or the kernel (older than 5.3) has no such call.</summary>
    public static SafeFileHandle? Open(int pid)
    {
        var descriptor = SystemCall(PidfdOpen, pid, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Asks a process to end (SIGTERM).</summary>
    /// <returns>Whether it has ended by then.</returns>
    public static bool Terminate(SafeFileHandle process, TimeSpan patience)
    {
        _ = SendSignal(PidfdSendSignal, process, Terminated, 0, 0);
        PollDescriptor[] polled = [new PollDescriptor { Descriptor = (int)process.DangerousGetHandle(), Events = Readable }];
        return Poll(polled, 1, (int)patience.TotalMilliseconds) > 0;
    }

    /// <summary>A descriptor that is readable once <see cref="Signal"/> was called.</summary>
    public static SafeFileHandle NewSignal()
    {
        var descriptor = Event(0, EventCloexec);
        return descriptor < 0 ? throw new IOException($"eventfd: {Marshal.GetLastPInvokeErrorMessage()}") : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static void Signal(SafeFileHandle signal) => _ = Write(signal, 1, sizeof(ulong));

    /// <summary>Makes it unreadable again.</summary>
    public static void Reset(SafeFileHandle signal) => _ = Read(signal, out _, sizeof(ulong));

    /// <summary>Blocks until one of them is readable; which are.</summary>
    public static bool[] WaitForAny(IReadOnlyList<SafeFileHandle> descriptors)
    {
        var polled = descriptors.Select(descriptor => new PollDescriptor { Descriptor = (int)descriptor.DangerousGetHandle(), Events = Readable }).ToArray();
        _ = Poll(polled, (nuint)polled.Length, -1); // a signal that interrupts it leaves all of them unready
        return [.. polled.Select(descriptor => descriptor.Returned != 0)];
    }

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial int SystemCall(nint number, nint pid, nint flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SendSignal(nint number, SafeFileHandle process, nint signal, nint info, nint flags);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    private static partial int Event(uint value, int flags);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, in ulong value, nint length);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, out ulong value, nint length);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll([In, Out] PollDescriptor[] descriptors, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
