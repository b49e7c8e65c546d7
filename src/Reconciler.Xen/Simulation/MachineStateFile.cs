using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>Keeps the machine's state in a file. Held by one process at a time; replaced whole, so a crash leaves the old or the new one.</summary>
internal sealed class MachineStateFile : IDisposable
{
    private const string Operation = "simulated host state";
    private readonly string _path;
    private readonly FileStream _lock;

    public MachineStateFile(string path)
    {
        _path = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            // Released by the kernel when the process dies, however it does.
            _lock = new FileStream(_path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new XenException(XenErrorCode.Unavailable, Operation,
                $"{_path} can't be used: another process has it, or it is not writable. Stop that process, or choose another file. ({e.Message})", e);
        }
    }

    /// <returns>Null when there is no state yet.</returns>
    public MachineState? Load()
    {
        try
        {
            using var file = File.OpenRead(_path);
            var state = JsonSerializer.Deserialize(file, MachineStateJson.Default.MachineState);
            if (state is not { Format: >= 1 and <= MachineState.CurrentFormat })
                throw new JsonException($"its format is {state?.Format}, this program knows 1 to {MachineState.CurrentFormat}");
            state.Format = MachineState.CurrentFormat;
            return state;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new XenException(XenErrorCode.Unavailable, Operation,
                $"{_path} can't be read: {e.Message}. Remove the file to begin with an empty host.", e);
        }
    }

    /// <remarks>Not flushed to the disk: the state has to outlive the process, not the machine.</remarks>
    public void Save(MachineState state)
    {
        var temporary = _path + ".new";
        try
        {
            using (var file = File.Create(temporary))
                JsonSerializer.Serialize(file, state, MachineStateJson.Default.MachineState);
            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new XenException(XenErrorCode.Unavailable, Operation, $"{_path} can't be written: {e.Message}", e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
