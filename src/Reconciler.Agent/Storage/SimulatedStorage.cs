using System.Text.Json;
using Reconciler.Agent.Mapping;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Runtime;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Storage;

/// <summary>The file system of a simulated host: every pool and every file is there, but for volumes that are to be made, and what a test removes.</summary>
/// <param name="files">Those of the host.</param>
/// <param name="state">The file that the made volumes are kept in, as the host keeps its guests; null: nothing is kept.</param>
internal sealed class SimulatedStorage(VirtualFiles files, string? state) : IStorage
{
    private const long Room = 1L << 40;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedVolume> _made = Read(state);

    /// <summary>Paths of the volumes that were made and not deleted again.</summary>
    public IReadOnlyCollection<string> Made
    {
        get
        {
            lock (_gate) return [.. _made.Keys];
        }
    }

    /// <inheritdoc/>
    public SourceState Prepare(DiskSource source)
    {
        lock (_gate)
        {
            if (source.Pool is { } pool && !Look(pool).IsReady) return SourceState.Unusable(DeviceReadyCondition.PoolNotReady, $"XenStoragePool {pool.Pool}: {Look(pool).Message}");
            var size = source.Size;
            if (_made.TryGetValue(source.Path, out var volume))
            {
                if (size > volume.Size) Write(source.Path, volume = volume with { Size = size.Value });
                return SourceState.Usable(source.Path, volume.Size);
            }

            if (size is { } bytes)
            {
                if (source.CopyOf is { } other && Prepare(other).Problem is { } problem) return SourceState.Unusable(problem.Reason, $"create.from.volume: {problem.Message}");
                if (bytes > Free) return SourceState.Unusable(DeviceReadyCondition.NotEnoughSpace, $"There is not enough room in XenStoragePool {source.Pool?.Pool} for {source.Path} of {source.Create!.Size}: {new Quantity(Free)} are free.");
                Write(source.Path, new SimulatedVolume(bytes, source.ObjectUid));
                return SourceState.Usable(source.Path, bytes);
            }

            return files.Exists(source.Path)
                ? SourceState.Usable(source.Path, null)
                : SourceState.Unusable(DeviceReadyCondition.SourceNotFound, $"{source.Path} is not on this host. Put it there, or correct the source.");
        }
    }

    /// <inheritdoc/>
    public Task<Problem?> ReleaseAsync(DiskSource source, bool delete, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (delete && _made.TryGetValue(source.Path, out var volume) && volume.MadeFor == source.ObjectUid) Write(source.Path, null);
            return Task.FromResult<Problem?>(null);
        }
    }

    /// <inheritdoc/>
    public Task<PoolState> LookAsync(PoolPlace pool, CancellationToken cancellationToken) => Task.FromResult(Look(pool));

    /// <inheritdoc/>
    /// <remarks>What takes time on a real host takes none here.</remarks>
    public IAsyncEnumerable<ObjectKey> SignalsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<ObjectKey>();

    private PoolState Look(PoolPlace pool)
    {
        lock (_gate)
        {
            return files.Exists(pool.Folder)
                ? new PoolState(PoolState.Ready, null, Free, Room)
                : new PoolState(PoolState.NotFound, $"There is no directory {pool.Folder} on this host.");
        }
    }

    private long Free => Room - _made.Values.Sum(v => v.Size);

    private void Write(string path, SimulatedVolume? volume)
    {
        if (volume is null) _made.Remove(path);
        else _made[path] = volume;
        if (state is null) return;
        Directory.CreateDirectory(Path.GetDirectoryName(state)!);
        File.WriteAllText(state + ".new", JsonSerializer.Serialize(_made, SimulatedStorageJson.Default.DictionaryStringSimulatedVolume));
        File.Move(state + ".new", state, overwrite: true);
    }

    private static Dictionary<string, SimulatedVolume> Read(string? state) => state is not null && File.Exists(state)
        ? JsonSerializer.Deserialize(File.ReadAllText(state), SimulatedStorageJson.Default.DictionaryStringSimulatedVolume) ?? []
        : [];
}
