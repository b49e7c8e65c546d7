using Reconciler.Xen.Light.Worker;
using Reconciler.Xen.Light.Worker.Pool;

namespace Reconciler.Xen.Light.Tests.Support;

/// <summary>A place of their own for worker processes: directories, the hypervisor's mood, and what was logged.</summary>
internal sealed class WorkerBed : IDisposable
{
    private readonly List<WorkerLogLine> _log = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("reconciler-worker-").FullName;

    public string ModeFile => Path.Combine(Folder, "mode");

    private string StartsFile => Path.Combine(Folder, "starts");

    public string LockDirectory => Path.Combine(Folder, "locks");

    public IReadOnlyList<WorkerLogLine> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    /// <summary>How the hypervisor answers from now on: see tests/lab/libxl/xlstub.c.</summary>
    public void SetMode(string mode)
    {
        File.WriteAllText(ModeFile + ".new", mode);
        File.Move(ModeFile + ".new", ModeFile, overwrite: true);
    }

    /// <summary>Real workers, on the real library, on no hypervisor.</summary>
    public WorkerOptions Real(LibxlLab lab, bool stub = true) => Options([XlWorker.Command]) with
    {
        Environment = new Dictionary<string, string>
        {
            ["LD_LIBRARY_PATH"] = lab.Libraries,
            ["LD_PRELOAD"] = stub ? lab.Stub : "",
            ["XLSTUB_MODE"] = ModeFile,
        },
    };

    /// <summary>The same, each start of which is a line of <see cref="Starts"/>.</summary>
    public WorkerOptions Counted(WorkerOptions workers) => workers with
    {
        Program = "/bin/sh",
        Arguments = ["-c", """echo $$ >>"$0"; exec "$@" """, StartsFile, workers.Program!, .. workers.Arguments],
    };

    /// <summary>Workers that were started so far.</summary>
    public int Starts => File.ReadLines(StartsFile).Count();

    /// <summary>Workers that do not do as they should: see Misbehaviour.</summary>
    public WorkerOptions Misbehaving(string how) => Options(["misbehave", how]);

    public WorkerPool Pool(WorkerOptions options) => new(options, TimeProvider.System);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private WorkerOptions Options(IReadOnlyList<string> arguments) => new()
    {
        Program = Path.Combine(AppContext.BaseDirectory, "xen-light-probe"),
        Arguments = arguments,
        Count = 1,
        RestartDelay = TimeSpan.Zero,
        StateDirectory = Path.Combine(Folder, "state"),
        LockDirectory = LockDirectory,
        Cgroup = null,
        OnLog = line =>
        {
            lock (_log) _log.Add(line);
        },
    };
}
