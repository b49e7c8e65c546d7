using System.Diagnostics;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.Fleet;

/// <summary>A program of the run: its output in a file, and gone when the run is.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly LabGuard _guard;

    private ChildProcess(Process process) => (_process, _guard) = (process, LabGuard.Watch("kill", "-TERM", $"{process.Id}"));

    public int Id => _process.Id;

    /// <summary>Starts it; it gets a SIGTERM when this process ends, however it ends.</summary>
    public static ChildProcess Start(string log, string file, params IEnumerable<string> arguments)
    {
        // The shell is replaced by the program: the process id is the program's.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true };
        foreach (var word in (IEnumerable<string>)["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, file, .. arguments])
            start.ArgumentList.Add(word);
        return new ChildProcess(Process.Start(start) ?? throw new LabException($"'{file}' can't be started"));
    }

    /// <summary>Throws when it has ended before its time.</summary>
    public void ThrowIfEnded(string name)
    {
        if (_process.HasExited)
            throw new LabException($"{name} has ended with code {_process.ExitCode}");
    }

    public void Dispose()
    {
        _guard.Dispose();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(40)))
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
