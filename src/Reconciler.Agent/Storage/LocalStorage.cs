using Reconciler.Agent.Mapping;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Storage;

/// <summary>dom0's own file system.</summary>
internal sealed class LocalStorage(HostPolicy policy) : IStorage
{
    /// <summary>Sizes are rounded up to it, bytes: what a guest's file system takes for a block at most, and a multiple of a sector.</summary>
    public const long Granule = 4096;

    /// <inheritdoc/>
    public SourceState Prepare(DiskSource source)
    {
        try
        {
            return PoolProblem(source) ?? Find(source) ?? Make(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return IsFull(e) ? NoRoom(source, e.Message) : SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public Problem? Reclaim(DiskSource source)
    {
        if (source is not { Pool.Directory: { } directory } || RealPath.Of(directory) is not { } folder) return null;
        if (!IsAllowed(folder)) return NotAllowed(source.Path, folder).Problem;
        var path = Path.Combine(folder, Path.GetFileName(source.Path));
        try
        {
            if (Maker.MadeFor(path) == source.ObjectUid) Maker.Delete(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Problem(DeviceReadyCondition.OperationFailed, $"The volume {path} can't be deleted: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public PoolState Look(PoolPlace pool)
    {
        if (Unreachable(pool, out var real) is { } unreachable) return unreachable;
        if (pool.Directory is null) return new PoolState(PoolState.Ready);
        try
        {
            var drive = new DriveInfo(real);
            return IsWritable(real)
                ? new PoolState(PoolState.Ready, null, drive.AvailableFreeSpace, drive.TotalSize)
                : new PoolState(PoolState.NotWritable, $"{real} can't be written to by the agent.", drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PoolState(PoolState.NotFound, $"{real}: {e.Message}");
        }
    }

    /// <summary>Why the pool can't be used at all; null when it can be read. Nothing is written to find out: this is asked at each look at a domain.</summary>
    private PoolState? Unreachable(PoolPlace pool, out string real)
    {
        real = "";
        if (!IsNamedAllowed(pool.Folder)) return new PoolState(PoolState.NotAllowed, NotAllowed(pool.Folder, pool.Folder).Problem!.Message);
        if (RealPath.Of(pool.Folder) is not { } folder || !Directory.Exists(folder))
            return new PoolState(PoolState.NotFound, pool.VolumeGroup is null ? $"There is no directory {pool.Folder} on this host." : $"There is no {pool.Folder} on this host: the volume group does not exist, or has no volume yet.");
        if (!IsAllowed(folder)) return new PoolState(PoolState.NotAllowed, NotAllowed(pool.Folder, folder).Problem!.Message);
        real = folder;
        return null;
    }

    private SourceState? PoolProblem(DiskSource source)
    {
        if (source.Pool is not { } pool || Unreachable(pool, out _) is not { } state) return null;
        var reason = state.Reason == PoolState.NotAllowed ? DeviceReadyCondition.NotAllowed : DeviceReadyCondition.PoolNotReady;
        return SourceState.Unusable(reason, $"XenStoragePool {pool.Pool}: {state.Message}");
    }

    /// <returns>Null: there is none, and it can be made.</returns>
    private SourceState? Find(DiskSource source)
    {
        // Asked of the name first: of files outside the allowed directories not even their existence is told.
        if (!IsNamedAllowed(source.Path)) return NotAllowed(source.Path, source.Path);
        if (RealPath.Of(source.Path) is not { } real)
        {
            if (source is { Create: not null } && new FileInfo(source.Path).LinkTarget is null) return null;
            return SourceState.Unusable(DeviceReadyCondition.SourceNotFound, $"{source.Path} is not on this host. Put it there, or correct the source.");
        }

        if (Leaves(source, real)) return NotAllowed(source.Path, real);
        if (Directory.Exists(real)) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is a directory.");
        return source.IsBlockDevice
            // By its name: what a link in /dev leads to (sda, dm-3) may be another one after the next boot.
            ? SourceState.Usable(source.Path, null)
            : Measure(source, real);
    }

    private static SourceState Measure(DiskSource source, string real)
    {
        var file = new FileInfo(real);
        if (file.Attributes.HasFlag(FileAttributes.Device)) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is no file. Name a device with blockDevice.");
        if (source.Format == DiskFormat.Qcow2) return SourceState.Usable(real, null);

        var wanted = SizeOf(source);
        if (wanted > file.Length)
        {
            if (wanted - file.Length > new DriveInfo(real).AvailableFreeSpace) return NoRoom(source, Room(real));
            using var grown = new FileStream(real, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            grown.SetLength(wanted.Value);
            grown.Flush(flushToDisk: true);
            return SourceState.Usable(real, wanted);
        }

        return file.Length > 0 ? SourceState.Usable(real, file.Length) : SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is empty.");
    }

    private SourceState Make(DiskSource source)
    {
        if (source.IsBlockDevice) return SourceState.Unusable(DeviceReadyCondition.NotSupported, "Logical volumes can't be made yet: make it with lvcreate and leave create out.");
        if (source.Create!.From is not null)
            return SourceState.Unusable(DeviceReadyCondition.NotSupported, "create.from is not supported yet: put the image into the pool and leave create out.");
        if (source.Format == DiskFormat.Qcow2)
            return SourceState.Unusable(DeviceReadyCondition.NotSupported, "An empty Qcow2 image can't be made yet: make it with qemu-img and leave create out, or use Raw, which takes no more room.");
        var folder = RealPath.Of(source.Pool!.Directory!)!;
        var size = SizeOf(source)!.Value;
        if (size > new DriveInfo(folder).AvailableFreeSpace) return NoRoom(source, Room(folder));
        var path = Path.Combine(folder, Path.GetFileName(source.Path));
        return Maker.Make(path, size, source.ObjectUid) ? SourceState.Usable(path, size) : Find(source)!;
    }

    private static long? SizeOf(DiskSource source) => source.Create is { } create ? RoundUp(Quantity.Parse(create.Size).Bytes) : null;

    private static long RoundUp(long bytes) => checked((bytes + Granule - 1) / Granule * Granule);

    private static SourceState NoRoom(DiskSource source, string detail) => SourceState.Unusable(
        DeviceReadyCondition.NotEnoughSpace, $"There is not enough room in XenStoragePool {source.Pool?.Pool} for {source.Path} of {source.Create?.Size}: {detail}");

    private static string Room(string folder) => $"{new Quantity(new DriveInfo(folder).AvailableFreeSpace)} are free.";

    /// <summary>A volume stays in its pool: a link out of it is another pool's, or no volume at all. What a device's link leads to is a device.</summary>
    private bool Leaves(DiskSource source, string real) => source switch
    {
        { IsBlockDevice: true } => !real.StartsWith("/dev/", StringComparison.Ordinal) && !IsAllowed(real),
        { Pool.Directory: { } directory } => RealPath.Of(directory) is not { } folder || !IsWithin(real, folder),
        _ => !IsAllowed(real),
    };

    private bool IsNamedAllowed(string path)
    {
        var written = Path.GetFullPath(path);
        return policy.DiskDirectories.Any(directory => IsWithin(written, Path.GetFullPath(directory))) || IsAllowed(written);
    }

    private bool IsAllowed(string path) => policy.DiskDirectories.Select(RealPath.Of).OfType<string>().Any(directory => IsWithin(path, directory));

    private SourceState NotAllowed(string path, string real) => SourceState.Unusable(
        DeviceReadyCondition.NotAllowed,
        $"{path}{(path == real ? "" : $", which leads to {real},")} is outside of what this host allows disks to be made of ({string.Join(", ", policy.DiskDirectories)}). Use a file or device in one of them, or extend the agent's host policy.");

    private static bool IsWithin(string path, string directory) => path == directory.TrimEnd('/') || PolicyPaths.IsWithin(path, directory);

    private static bool IsWritable(string directory)
    {
        // access(2) would not tell of a file system that is mounted read-only in every case; making a file does.
        var probe = Path.Combine(directory, $".{Guid.NewGuid():N}.probe");
        try
        {
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose });
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // ENOSPC as .NET passes it on.
    private static bool IsFull(Exception e) => (e.HResult & 0xffff) == 28;
}
