using System.Diagnostics;

namespace Reconciler.Benchmarks.Xenstore;

/// <summary>The lab's xenstored for the time of a benchmark.</summary>
internal sealed class XenstoredProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _directory;

    private XenstoredProcess(Process process, string directory)
    {
        _process = process;
        _directory = directory;
    }

    public string Socket => Path.Combine(_directory, "socket");

    /// <summary>The folder of libxenstore; downloads what is missing.</summary>
    public static async Task<string> PrepareAsync(CancellationToken cancellationToken)
    {
        using var process = Run("--prepare", redirect: true);
        var folder = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? folder.Trim() : throw new InvalidOperationException("the xenstored lab could not be prepared");
    }

    public static async Task<XenstoredProcess> StartAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("bench-xenstored-").FullName;
        var xenstored = new XenstoredProcess(Run(directory, redirect: false), directory);
        while (!File.Exists(xenstored.Socket))
        {
            if (xenstored._process.HasExited) throw new InvalidOperationException("xenstored ended");
            await Task.Delay(10, cancellationToken);
        }

        return xenstored;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static Process Run(string argument, bool redirect)
    {
        var script = Path.Combine(Report.RepositoryRoot, "tests", "lab", "xenstored", "run.sh");
        return Process.Start(new ProcessStartInfo(script, [argument]) { RedirectStandardOutput = redirect })!;
    }
}
