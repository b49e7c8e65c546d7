using Microsoft.Extensions.Logging;
using Reconciler.Agent.Mapping;
using Reconciler.Agent.Storage.Content;
using Reconciler.Agent.Storage.Directories;
using Reconciler.Agent.Storage.Lvm;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Agent.Storage.Work;
using Reconciler.Api.Conditions;
using Reconciler.Runtime;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Storage;

/// <summary>dom0's own storage: files in directories, logical volumes, block devices.</summary>
internal sealed class LocalStorage : IStorage, IAsyncDisposable
{
    /// <summary>How long a look at a Domain waits for a volume's end: the next one finds it gone.</summary>
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(10);

    private readonly AllowedPaths _allowed;
    private readonly VolumeJobs _jobs;
    private readonly DirectoryVolumes _files;
    private readonly LogicalVolumes _logical;
    private readonly HttpMessageInvoker _http;
    private readonly Func<string, CancellationToken, Task<string?>> _writerOf;
    private readonly TimeProvider _time;

    /// <param name="policy">What disks may be made of.</param>
    /// <param name="tools">LVM and QEMU.</param>
    /// <param name="http">Fetches images. Disposed with it.</param>
    /// <param name="writerOf">Who on this host may write to a path.</param>
    /// <param name="time">For back-off and what is told of it.</param>
    /// <param name="logger">What becomes of volumes.</param>
    public LocalStorage(HostPolicy policy, ITools tools, HttpMessageInvoker http, Func<string, CancellationToken, Task<string?>> writerOf, TimeProvider time, ILogger logger)
    {
        (_allowed, _http, _writerOf, _time) = (new AllowedPaths(policy), http, writerOf, time);
        _jobs = new VolumeJobs(time, logger);
        _files = new DirectoryVolumes(tools, _jobs);
        _logical = new LogicalVolumes(new LvmTools(tools), _jobs);
    }

    /// <inheritdoc/>
    public SourceState Prepare(DiskSource source)
    {
        try
        {
            return _jobs.StateOf(source) ?? PoolProblem(source) ?? Find(source) ?? Make(source);
        }
        catch (VolumeException e)
        {
            return SourceState.Unusable(e.Problem.Reason, e.Problem.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.IsFull()
                ? SourceState.Unusable(DeviceReadyCondition.NotEnoughSpace, $"There is not enough room in XenStoragePool {source.Pool?.Pool} for {source.Path} of {source.Create?.Size}: {e.Message}")
                : SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path}: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public async Task<Problem?> ReleaseAsync(DiskSource source, bool delete, CancellationToken cancellationToken)
    {
        if (source.Pool is not { Devices: null } pool) return null;
        if (!_allowed.IsNamed(pool.Folder)) return delete ? _allowed.Refuse(source.Path, pool.Folder).Problem : null;
        try
        {
            await _jobs.StopAsync(source.ObjectUid, cancellationToken).WaitAsync(ReleasePatience, _time, cancellationToken);
            if (pool.VolumeGroup is not null)
            {
                await _logical.ReleaseAsync(source, delete).WaitAsync(ReleasePatience, _time, cancellationToken);
                return null;
            }

            // The directory is gone, and the volume with it.
            if (RealPath.Of(pool.Folder) is not { } folder) return null;
            if (!_allowed.IsReal(folder)) return delete ? _allowed.Refuse(source.Path, folder).Problem : null;
            DirectoryVolumes.Release(source, folder, delete);
            return null;
        }
        catch (TimeoutException)
        {
            return new Problem(DeviceReadyCondition.OperationTimedOut, $"The volume {source.Path} is being deleted, which takes longer than {ReleasePatience.TotalSeconds:0} s.");
        }
        catch (VolumeException e)
        {
            return e.Problem;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Problem(DeviceReadyCondition.OperationFailed, $"The volume {source.Path} can't be deleted: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public async Task<PoolState> LookAsync(PoolPlace pool, CancellationToken cancellationToken)
    {
        if (Unreachable(pool, out var real) is { } unreachable) return unreachable;
        if (pool.VolumeGroup is not null) return await _logical.LookAsync(pool).WaitAsync(cancellationToken);
        return pool.Directory is null ? new PoolState(PoolState.Ready) : DirectoryVolumes.Look(real);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectKey> SignalsAsync(CancellationToken cancellationToken) => _jobs.SignalsAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _jobs.DisposeAsync();
        _http.Dispose();
    }

    /// <summary>Why the pool can't be used at all; null when it can be read. Nothing is written to find out: this is asked at each look at a domain.</summary>
    private PoolState? Unreachable(PoolPlace pool, out string real)
    {
        real = "";
        if (!_allowed.IsNamed(pool.Folder)) return new PoolState(PoolState.NotAllowed, _allowed.Refuse(pool.Folder, pool.Folder).Problem!.Message);
        // Links to a group's volumes are there only while it has some: LVM is asked for the group.
        if (pool.VolumeGroup is not null) return null;
        if (RealPath.Of(pool.Folder) is not { } folder || !Directory.Exists(folder)) return new PoolState(PoolState.NotFound, $"There is no directory {pool.Folder} on this host.");
        if (!_allowed.IsReal(folder)) return new PoolState(PoolState.NotAllowed, _allowed.Refuse(pool.Folder, folder).Problem!.Message);
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
        if (!_allowed.IsNamed(source.Path)) return _allowed.Refuse(source.Path, source.Path);
        if (RealPath.Of(source.Path) is not { } real)
        {
            if (source is { Create: not null, Pool.Devices: null } && new FileInfo(source.Path).LinkTarget is null) return null;
            return SourceState.Unusable(DeviceReadyCondition.SourceNotFound, $"{source.Path} is not on this host. Put it there, or correct the source.");
        }

        if (Leaves(source, real)) return _allowed.Refuse(source.Path, real);
        if (Directory.Exists(real)) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is a directory.");
        if (!source.IsBlockDevice) return _files.Measure(source, real);
        if (BlockDevice.SizeOf(real) is not { } size) return SourceState.Unusable(DeviceReadyCondition.SourceNotUsable, $"{source.Path} is no block device.");
        if (source is { Pool.VolumeGroup: not null } && source.Size > size) return _logical.Grow(source, size);
        // By its name: what a link in /dev leads to (sda, dm-3) may be another one after the next boot.
        return SourceState.Usable(source.Path, size);
    }

    private SourceState Make(DiskSource source)
    {
        if (OriginOf(source, out var origin) is { } problem) return problem;
        return source.Pool!.VolumeGroup is not null ? _logical.Make(source, origin) : _files.Make(source, RealPath.Of(source.Pool.Folder)!, origin);
    }

    /// <returns>Why it can't be made from what it is to be made from.</returns>
    private SourceState? OriginOf(DiskSource source, out IOrigin? origin)
    {
        origin = source.Create!.From?.Http is { } http ? new HttpImport(http, _http, _time) : null;
        if (source.CopyOf is not { } other) return null;
        var found = PoolProblem(other) ?? Find(other);
        if (found is not { Path: { } path })
        {
            var why = found?.Problem ?? new Problem(DeviceReadyCondition.SourceNotFound, $"{other.Path} is not on this host.");
            return SourceState.Unusable(why.Reason, $"create.from.volume: {why.Message}");
        }

        origin = new VolumeCopy(RealPath.Of(path) ?? path, $"volume {other.Name} of XenStoragePool {other.Pool!.Pool}", _writerOf);
        return null;
    }

    /// <summary>A volume stays in its pool: a link out of it is another pool's, or no volume at all. What a device's link leads to is a device.</summary>
    private bool Leaves(DiskSource source, string real) => source switch
    {
        { IsBlockDevice: true } => !real.StartsWith("/dev/", StringComparison.Ordinal) && !_allowed.IsReal(real),
        { Pool.Directory: { } directory } => RealPath.Of(directory) is not { } folder || !AllowedPaths.IsWithin(real, folder),
        _ => !_allowed.IsReal(real),
    };
}
