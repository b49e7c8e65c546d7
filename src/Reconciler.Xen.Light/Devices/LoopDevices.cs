using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Xen.Light.Devices;

/// <summary>
/// Releases loop devices that Xen's block script has set up and not taken down: it was ended before it had noted down which, libxl gave up
/// before it came to it, or the file was removed meanwhile (the script then takes the disk for none of its own).
/// </summary>
/// <remarks>Only of a file that a device of ours is, or was, made of; and only one that no backend has and nobody has mounted.</remarks>
internal sealed class LoopDevices(IDeviceStore store, string blockDevices = "/sys/block", string scriptLock = "/var/run/xen-hotplug/block")
{
    /// <summary>What the kernel appends to the name of a file that was removed (drivers/block/loop.c, d_path).</summary>
    private const string Deleted = " (deleted)";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);

    /// <summary>Best effort: what can't be released now stays as it is, and harms nobody but by being there.</summary>
    public void Release(DeviceMark device)
    {
        if (device.Disk is not { Format: DiskFormat.Raw } disk || LoopsOf(disk.Path).Count == 0) return;

        // Under the lock of the script: between its finding a free loop device and its noting it down, this would take it for a leftover.
        using var held = TryLockScript();
        if (held is null) return;
        foreach (var loop in LeftoversOf(disk.Path)) Libc.TryDetachLoopDevice(loop);
    }

    /// <summary>Each loop device that has a file: <c>/dev/loop3</c>.</summary>
    internal IEnumerable<(string Loop, string File)> All() => Directory.EnumerateDirectories(blockDevices, "loop*")
        .Select(loop => (Loop: $"/dev/{Path.GetFileName(loop)}", File: BackingFile(loop))).Where(loop => loop.File is not null).Select(loop => (loop.Loop, loop.File!));

    /// <summary>Those of them that a backend has.</summary>
    internal IEnumerable<(string Loop, string File)> Served(IEnumerable<(string Loop, string File)> loops)
    {
        var served = store.ServedDisks().Select(disk => disk.LoopDevice).ToHashSet(StringComparer.Ordinal);
        return loops.Where(loop => served.Contains(loop.Loop));
    }

    /// <summary>Releases those that are still over the same file, and that no backend has got meanwhile.</summary>
    /// <returns>What was released.</returns>
    internal IReadOnlyList<(string Loop, string File)> Release(IReadOnlyList<(string Loop, string File)> loops)
    {
        using var held = TryLockScript();
        if (held is null) return [];
        var there = loops.Intersect(All()).ToArray();
        return [.. there.Except(Served(there)).Where(loop => Libc.TryDetachLoopDevice(loop.Loop))];
    }

    /// <summary>The loop devices over a file that no backend has: <c>/dev/loop3</c>.</summary>
    internal IReadOnlyList<string> LeftoversOf(string path)
    {
        var served = store.ServedDisks().Select(served => served.LoopDevice).ToHashSet(StringComparer.Ordinal);
        return [.. LoopsOf(path).Select(name => $"/dev/{name}").Where(loop => !served.Contains(loop))];
    }

    /// <summary>Names of loop devices over a file: <c>loop3</c>.</summary>
    private List<string> LoopsOf(string path)
    {
        var real = RealPath.Of(path) ?? path;
        return [.. Directory.EnumerateDirectories(blockDevices, "loop*").Where(loop => BackingFile(loop) == real).Select(loop => Path.GetFileName(loop)!)];
    }

    /// <summary>The file under a loop device; null: it has none.</summary>
    /// <param name="loop">Its directory in sysfs.</param>
    internal static string? BackingFile(string loop)
    {
        var attribute = Path.Combine(loop, "loop", "backing_file");
        if (!File.Exists(attribute)) return null; // most have none, and an exception for each look at each of them costs
        try
        {
            var file = File.ReadAllText(attribute).TrimEnd('\n');
            return file.EndsWith(Deleted, StringComparison.Ordinal) ? file[..^Deleted.Length] : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As <c>claim_lock</c> of Xen's locking.sh, whose holders remove the file when they are done: a lock of a removed one is none.</summary>
    private SafeFileHandle? TryLockScript()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(scriptLock)!);
        for (var deadline = Environment.TickCount64 + (long)LockPatience.TotalMilliseconds; Environment.TickCount64 < deadline; Thread.Sleep(20))
        {
            var file = Libc.OpenForLocking(scriptLock);
            if (Libc.Lock(file, Libc.LockExclusiveNow) == 0 && File.ResolveLinkTarget($"/proc/self/fd/{file.DangerousGetHandle()}", false)?.FullName.EndsWith(Deleted, StringComparison.Ordinal) is false) return file;
            file.Dispose();
        }
        return null;
    }
}
