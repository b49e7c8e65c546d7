using Reconciler.Agent.Storage.Content;
using Reconciler.Agent.Storage.Images;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Agent.Storage.Work;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Xen.Light.Devices;

namespace Reconciler.Agent.Storage.Directories;

/// <summary>Volumes that are files.</summary>
internal sealed class DirectoryVolumes(ITools tools, VolumeJobs jobs)
{
    private const string QemuImg = "qemu-img";

    /// <summary>What an image is, and growing it where it is smaller than asked for.</summary>
    /// <param name="source">What is asked for.</param>
    /// <param name="real">Where it is, every link followed.</param>
    public SourceState Measure(DiskSource source, string real)
    {
        var file = new FileInfo(real);
        if (file.Attributes.HasFlag(FileAttributes.Device)) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is no file. Name a device with blockDevice.");
        if (source.Format == DiskFormat.Qcow2) return MeasureQcow2(source, real);

        // Only before a guest has it: what a guest writes to its own disk is its own affair.
        if (!source.IsAttached && Qcow2Header.Read(real) is not null) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"format: {source.Path} is a Qcow2 image, and not Raw. Correct the format.");
        if (source.Size is { } wanted && wanted > file.Length)
        {
            RequireRoom(source, Path.GetDirectoryName(real)!, wanted - file.Length);
            using var grown = new FileStream(real, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            grown.SetLength(wanted);
            grown.Flush(flushToDisk: true);
            file.Refresh();
        }

        if (source.IsAttached) BlockDevice.FollowSize(real);
        return file.Length > 0 ? SourceState.Usable(real, file.Length) : SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is empty.");
    }

    /// <param name="source">What is to be made.</param>
    /// <param name="folder">The pool's directory, free of links.</param>
    /// <param name="origin">What is on it; null: nothing.</param>
    public SourceState Make(DiskSource source, string folder, IOrigin? origin)
    {
        var (path, size) = (Path.Combine(folder, source.Name), source.Size!.Value);
        RequireRoom(source, folder, size);
        if (origin is null && source.Format == DiskFormat.Raw)
            return Maker.Make(path, size, source.ObjectUid) ? SourceState.Usable(path, size) : Measure(source, path);
        return jobs.Start(source, origin is null ? "Making an empty image" : "Waiting for its turn", async (job, cancellationToken) =>
        {
            try
            {
                RequireRoom(source, folder, size - job.Outstanding);
                await FillAsync(source, path, size, origin, job, cancellationToken);
                Maker.Finish(path, source.ObjectUid);
            }
            catch
            {
                Maker.Abandon(path, source.ObjectUid);
                throw;
            }
        });
    }

    /// <summary>Takes away what was not finished and, if that is asked for, the volume.</summary>
    public static void Release(DiskSource source, string folder, bool delete)
    {
        var path = Path.Combine(folder, source.Name);
        if (delete && Maker.MadeFor(path) == source.ObjectUid) Maker.Delete(path);
        Maker.Abandon(path, source.ObjectUid);
    }

    /// <summary>How much room there is.</summary>
    /// <param name="folder">Free of links.</param>
    public static PoolState Look(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return IsWritable(folder)
                ? new PoolState(PoolState.Ready, null, drive.AvailableFreeSpace, drive.TotalSize)
                : new PoolState(PoolState.NotWritable, $"{folder} can't be written to by the agent.", drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new PoolState(PoolState.NotFound, $"{folder}: {e.Message}");
        }
    }

    private async Task FillAsync(DiskSource source, string path, long size, IOrigin? origin, VolumeJob job, CancellationToken cancellationToken)
    {
        var unfinished = Maker.Unfinished(path, source.ObjectUid);
        var isRaw = source.Format == DiskFormat.Raw;
        using (var file = Maker.Begin(path, source.ObjectUid))
        {
            if (origin is not null)
            {
                var writer = new SparseWriter(file);
                await origin.CopyToAsync(writer, isRaw ? size : null, job, cancellationToken);
                writer.End();
            }

            if (isRaw) RandomAccess.SetLength(file, size);
        }

        var header = origin is null ? null : Qcow2Header.Read(unfinished);
        if (isRaw)
        {
            if (header is not null) throw NotUsable($"format: what {source.Path} is to be made from is a Qcow2 image, and not Raw. Set format to Qcow2");
            return;
        }

        if (origin is null)
        {
            await QemuImgAsync(source, "create", "-q", "-f", "qcow2", unfinished, $"{size}");
            return;
        }

        if (header is null) throw NotUsable($"format: what {source.Path} is to be made from is no Qcow2 image. Correct format, or create.from");
        if (header.Fault is { } fault) throw NotUsable($"create.from: the image for {source.Path} can't be used: {fault}");
        if (header.VirtualSize > size) throw NotUsable($"create.size: the image for {source.Path} is one of {new Quantity(header.VirtualSize)}, more than {source.Create!.Size}. Make it greater");
        if (header.VirtualSize < size) await QemuImgAsync(source, "resize", "-q", "-f", "qcow2", unfinished, $"{size}");
    }

    private SourceState MeasureQcow2(DiskSource source, string real)
    {
        if (Qcow2Header.Read(real) is not { } header) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"format: {source.Path} is no Qcow2 image. Correct the format, or the source.");
        if (header.Fault is { } fault) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path}, a Qcow2 image, can't be used: {fault}.");
        if (source.Size is not { } size || size <= header.VirtualSize) return SourceState.Usable(real, header.VirtualSize);
        if (source.IsAttached)
            return SourceState.Unusable(DeviceReadyCondition.ReplugRequired, $"create.size: {source.Path} has {new Quantity(header.VirtualSize)} and can't be made {source.Create!.Size} while it is attached: QEMU, which serves it, would not see that its Qcow2 image is being changed. It grows when the Domain is next halted. Raw volumes grow at any time.");
        return jobs.Start(source, "Growing it", (_, _) => QemuImgAsync(source, "resize", "-q", "-f", "qcow2", real, $"{size}"));
    }

    private async Task QemuImgAsync(DiskSource source, params string[] arguments)
    {
        var result = await tools.RunAsync(QemuImg, arguments)
            ?? throw new VolumeException(DeviceReadyCondition.NotSupported, $"format: {source.Path} can't be made or grown, because this host has no {QemuImg} (package qemu-utils or qemu-img). Install it, or use Raw, which takes no more room.");
        if (result.ExitCode != 0) throw new VolumeException(DeviceReadyCondition.OperationFailed, $"{source.Path}: {QemuImg} {arguments[0]}: {result.Error}");
    }

    /// <summary>Nothing is begun that the pool has no room for: what jobs have yet to write counts as written.</summary>
    private void RequireRoom(DiskSource source, string folder, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace - jobs.OutstandingIn(source.Pool!);
        if (bytes > free) throw NoRoom.In(source, free);
    }

    private static VolumeException NotUsable(string why) => new(DeviceReadyCondition.SourceNotUsable, $"{why}.") { RetryAfter = HttpImport.AfterMismatch };

    private static bool IsWritable(string directory)
    {
        // access(2) would not tell of a file system that is mounted read-only in every case; making a file does. Always the same one: what a look
        // that was cut short has left, the next one takes away.
        var probe = Path.Combine(directory, ".writable.probe");
        try
        {
            using var file = new FileStream(probe, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.DeleteOnClose });
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
