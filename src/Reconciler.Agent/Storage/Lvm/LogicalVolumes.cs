using Reconciler.Agent.Storage.Content;
using Reconciler.Agent.Storage.Images;
using Reconciler.Agent.Storage.Work;
using Reconciler.Api.Conditions;
using Reconciler.Xen.Light.Devices;

namespace Reconciler.Agent.Storage.Lvm;

/// <summary>Volumes that are logical volumes of a group, thick or in a thin pool.</summary>
/// <remarks>
/// A thick volume is made of what deleted ones had: it is written over with zeroes before a guest gets to see it, when it is made and when
/// it grows. A thin pool does that by itself. LVM commits each of its changes whole; a volume has another name until it is finished.
/// </remarks>
internal sealed class LogicalVolumes(LvmTools lvm, VolumeJobs jobs)
{
    /// <summary>Bytes that are zeroed between two looks at whether it is still wanted.</summary>
    private const long ZeroChunk = 64L << 20;

    /// <param name="source">What is to be made.</param>
    /// <param name="origin">What is on it; null: nothing.</param>
    public SourceState Make(DiskSource source, IOrigin? origin)
    {
        if (LvmNames.Objection(source.Name) is { } objection)
            return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"source.volume.name: {source.Name} can't be made: {objection}. Give it another name.");
        return jobs.Start(source, "Making it", async (job, cancellationToken) =>
        {
            await RemoveUnfinishedAsync(source);
            try
            {
                await MakeAsync(source, origin, job, cancellationToken);
            }
            catch
            {
                await RemoveUnfinishedAsync(source);
                throw;
            }
        });
    }

    /// <param name="source">What is asked for.</param>
    /// <param name="size">Bytes that it has.</param>
    public SourceState Grow(DiskSource source, long size) => jobs.Start(source, "Growing it", async (job, cancellationToken) =>
    {
        var group = source.Pool!.VolumeGroup!;
        await RemoveUnfinishedAsync(source);
        var volume = await lvm.VolumeAsync(group, source.Name) ?? throw Missing(source);
        var more = await RequireRoomAsync(source, source.Size!.Value - volume.Size, volume.Pool);
        if (volume.Pool.Length > 0)
        {
            await lvm.ChangeAsync("lvextend", "-q", "-L", $"{source.Size}b", $"{group}/{source.Name}");
            return;
        }

        // The very extents that it grows by are zeroed first, as a volume of their own: later the guest would see what was on them, or lose what it has written.
        var growth = LvmNames.Growth(source.ObjectUid);
        await lvm.ChangeAsync("lvcreate", "-q", "-y", "-n", growth, "-L", $"{more}b", "--addtag", LvmNames.Tag(source.ObjectUid), group);
        try
        {
            await ZeroAsync(PathOf(group, growth), more, job, cancellationToken);
        }
        catch
        {
            await RemoveUnfinishedAsync(source);
            throw;
        }

        var extents = await lvm.ExtentsAsync(group, growth);
        await RemoveUnfinishedAsync(source);
        await lvm.ChangeAsync("lvextend", ["-q", "-L", $"+{more}b", $"{group}/{source.Name}", .. extents]);
    });

    /// <summary>Takes away what was not finished and, if that is asked for, the volume.</summary>
    /// <exception cref="VolumeException">LVM refuses.</exception>
    public async Task ReleaseAsync(DiskSource source, bool delete)
    {
        var group = source.Pool!.VolumeGroup!;
        try
        {
            await RemoveUnfinishedAsync(source);
            if (delete && await lvm.VolumeAsync(group, source.Name) is { } volume && IsFor(volume, source)) await lvm.ChangeAsync("lvremove", "-q", "-y", $"{group}/{source.Name}");
        }
        catch (VolumeException e) when (e.Problem.Reason == DeviceReadyCondition.NotSupported && !Directory.Exists($"/dev/{group}"))
        {
            // Neither LVM nor a group: nothing of it can be here.
        }
    }

    public async Task<PoolState> LookAsync(PoolPlace pool)
    {
        var group = pool.VolumeGroup!;
        try
        {
            if (await lvm.GroupAsync(group) is not { } found) return new PoolState(PoolState.NotFound, $"There is no volume group {group} on this host.");
            if (pool.ThinPool is not { } name) return new PoolState(PoolState.Ready, null, found.Free, found.Size);
            return await lvm.VolumeAsync(group, name) is { } thin
                ? new PoolState(PoolState.Ready, null, FreeIn(thin), thin.Size)
                : new PoolState(PoolState.NotFound, $"There is no thin pool {name} in the volume group {group} on this host.");
        }
        catch (VolumeException e)
        {
            // What is there can be attached all the same.
            return Directory.Exists(pool.Folder) ? new PoolState(PoolState.Ready, e.Message) : new PoolState(PoolState.NotFound, e.Message);
        }
    }

    private async Task MakeAsync(DiskSource source, IOrigin? origin, VolumeJob job, CancellationToken cancellationToken)
    {
        var (group, unfinished, isThin) = (source.Pool!.VolumeGroup!, LvmNames.Unfinished(source.ObjectUid), source.Pool.ThinPool is not null);
        if (await lvm.VolumeAsync(group, source.Name) is not null)
            throw new VolumeException(DeviceReadyCondition.SourceNotFound, $"{source.Path} is in its volume group and not active on this host. Activate it: lvchange -ay {group}/{source.Name}.");
        var size = await RequireRoomAsync(source, source.Size!.Value, source.Pool.ThinPool ?? "");
        string[] room = isThin ? ["-V", $"{size}b", "--thinpool", source.Pool.ThinPool!] : ["-L", $"{size}b"];
        await lvm.ChangeAsync("lvcreate", ["-q", "-y", "-n", unfinished, .. room, "--addtag", LvmNames.Tag(source.ObjectUid), group]);
        var path = PathOf(group, unfinished);
        if (!isThin) await ZeroAsync(path, size, job, cancellationToken);
        if (origin is not null)
        {
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            await origin.CopyToAsync(new SparseWriter(device), size, job, cancellationToken);
            RandomAccess.FlushToDisk(device);
            if (Qcow2Header.Read(device) is not null)
                throw new VolumeException(DeviceReadyCondition.SourceNotUsable, $"format: what {source.Path} is to be made from is a Qcow2 image, and not Raw; a volume group holds Raw only. Convert it: qemu-img convert.") { RetryAfter = HttpImport.AfterMismatch };
        }

        await lvm.ChangeAsync("lvrename", "-q", group, unfinished, source.Name);
    }

    private static async Task ZeroAsync(string path, long size, VolumeJob job, CancellationToken cancellationToken)
    {
        job.Begin("Zeroing it");
        using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (long done = 0; done < size; done += ZeroChunk)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            BlockDevice.ZeroOut(device, done, Math.Min(ZeroChunk, size - done));
            job.Advance("Zeroing it", done, size);
        }
    }

    private async Task RemoveUnfinishedAsync(DiskSource source)
    {
        var group = source.Pool!.VolumeGroup!;
        foreach (var name in (string[])[LvmNames.Unfinished(source.ObjectUid), LvmNames.Growth(source.ObjectUid)])
            if (await lvm.VolumeAsync(group, name) is { } left && IsFor(left, source)) await lvm.ChangeAsync("lvremove", "-q", "-y", $"{group}/{name}");
    }

    /// <summary>Nothing is begun that there is no room for.</summary>
    /// <returns>The bytes, in whole extents.</returns>
    private async Task<long> RequireRoomAsync(DiskSource source, long bytes, string thinPool)
    {
        var group = await lvm.GroupAsync(source.Pool!.VolumeGroup!) ?? throw new VolumeException(
            DeviceReadyCondition.PoolNotReady, $"XenStoragePool {source.Pool.Pool}: there is no volume group {source.Pool.VolumeGroup} on this host.");
        var whole = group.Extent > 0 ? (bytes + group.Extent - 1) / group.Extent * group.Extent : bytes;
        var free = group.Free;
        if (thinPool.Length > 0)
        {
            free = await lvm.VolumeAsync(source.Pool.VolumeGroup!, thinPool) is { } thin ? FreeIn(thin) : throw new VolumeException(
                DeviceReadyCondition.PoolNotReady, $"XenStoragePool {source.Pool.Pool}: there is no thin pool {thinPool} in the volume group {source.Pool.VolumeGroup} on this host.");
        }

        return whole <= free ? whole : throw NoRoom.In(source, free);
    }

    private static long FreeIn(LvmVolume thinPool) => (long)(thinPool.Size * (100 - thinPool.Used) / 100);

    private static bool IsFor(LvmVolume volume, DiskSource source) => volume.Tags.Contains(LvmNames.Tag(source.ObjectUid), StringComparer.Ordinal);

    private static string PathOf(string group, string name) => $"/dev/{group}/{name}";

    private static VolumeException Missing(DiskSource source) => new(DeviceReadyCondition.SourceNotFound, $"{source.Path} is no logical volume.");
}
