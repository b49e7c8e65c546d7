using System.Diagnostics;

namespace Reconciler.Testing.Lab;

/// <summary>
/// Ends a part of a lab when this process ends, however it ends: tests/lab/guard.sh waits for the end of the pipe that is
/// held here.
/// </summary>
public sealed class LabGuard : IDisposable
{
    private readonly Process _process;

    private LabGuard(Process process) => _process = process;

    /// <param name="command">The command that ends the part, and removes what it has left.</param>
    public static LabGuard Watch(params IEnumerable<string> command)
    {
        var start = new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "tests/lab/guard.sh"))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        foreach (var word in command)
            start.ArgumentList.Add(word);
        return new LabGuard(Process.Start(start) ?? throw new LabException("tests/lab/guard.sh can't be started"));
    }

    /// <summary>Lets the guarded command run now.</summary>
    public void Dispose() => _process.Dispose();
}
