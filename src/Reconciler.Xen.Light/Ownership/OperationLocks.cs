using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Ownership;

/// <summary>
/// A file for each uuid, locked (flock(2)) by the worker that operates on it. The kernel lets go of the lock when the worker ends, however it
/// ends; so a worker that outlived its agent is seen by the next agent, and never raced.
/// </summary>
/// <remarks>The files stay (in a directory that the host's start empties): removing one that another process is about to lock would let two
/// processes hold "the" lock. They are opened close-on-exec, so that no device model or script inherits a lock.</remarks>
internal sealed class OperationLocks(string directory)
{
    /// <summary>A look at a lock (<see cref="IsHeld"/>) holds it for an instant; that must not fail an operation.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How often a lock has to be found held before an operation is what holds it.</summary>
    private const int Looks = 5;

    /// <summary>Null: another process is at work on this uuid. Dispose to release.</summary>
    /// <param name="uuid">The uuid.</param>
    /// <param name="shared">Whether others may have it shared, too.</param>
    public IDisposable? TryAcquire(Guid uuid, bool shared = false)
    {
        Directory.CreateDirectory(directory);
        var file = Libc.OpenForLocking(PathOf(uuid));
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ;)
        {
            if (TryLock(file, shared ? Libc.LockSharedNow : Libc.LockExclusiveNow)) return file;
            if (Environment.TickCount64 >= deadline) break;
            Thread.Sleep(20);
        }
        file.Dispose();
        return null;
    }

    /// <summary>Whether a process is at work on this uuid, alone or beside others.</summary>
    /// <remarks>Only an exclusive lock tells of those that share it. One that another look takes at this very moment is gone at the next.</remarks>
    public bool IsHeld(Guid uuid)
    {
        var path = PathOf(uuid);
        if (!File.Exists(path)) return false;
        using var file = Libc.OpenForLocking(path);
        for (var look = 0; look < Looks; look++)
        {
            if (TryLock(file, Libc.LockExclusiveNow)) return false;
            Thread.Sleep(1);
        }
        return true;
    }

    private static bool TryLock(SafeFileHandle file, int operation)
    {
        if (Libc.Lock(file, operation) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == Libc.WouldBlock
            ? false
            : throw new IOException($"flock: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private string PathOf(Guid uuid) => Path.Combine(directory, uuid.ToString());
}
