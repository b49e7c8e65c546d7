using System.Diagnostics;
using System.Net.Sockets;

namespace Reconciler.Lab;

/// <summary>Debian's C xenstored as a child process, in a directory of its own: <c>tests/lab/xenstored/run.sh</c>.</summary>
internal sealed class XenstoredProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private readonly string[] _options;
    private Process? _process;

    private XenstoredProcess(string directory, string[] options)
    {
        Directory = directory;
        _options = options;
    }

    /// <summary>Its run directory, XENSTORED_RUNDIR.</summary>
    public string Directory { get; }

    public string SocketPath => Path.Combine(Directory, "socket");

    /// <summary>Downloads and builds what is missing, once per machine; returns the folder that holds libxenstore.</summary>
    public static async Task<string> PrepareAsync(CancellationToken cancellationToken = default)
    {
        using var process = Run(["--prepare"], redirect: true);
        var folder = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? folder.Trim()
            : throw new InvalidOperationException("the xenstored lab could not be prepared: see the output of tests/lab/xenstored/run.sh above");
    }

    /// <param name="options">Options of xenstored(8), such as quotas.</param>
    public static async Task<XenstoredProcess> StartAsync(params string[] options)
    {
        await PrepareAsync();
        var xenstored = new XenstoredProcess(System.IO.Directory.CreateTempSubdirectory("xenstored-").FullName, options);
        await xenstored.StartAgainAsync();
        return xenstored;
    }

    /// <summary>Kills it. Its tree is lost, its socket stays behind.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it in the same place, with an empty tree, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        _process = Run([Directory, .. _options], redirect: false);
        for (var waited = Stopwatch.StartNew(); !Answers(); await Task.Delay(10))
        {
            if (_process.HasExited) throw new InvalidOperationException($"xenstored ended with code {_process.ExitCode}");
            if (waited.Elapsed > StartTimeout) throw new TimeoutException($"no xenstored in {Directory}");
        }
    }

    /// <summary>Makes a domain that was introduced disappear, as the hypervisor would: <c>@releaseDomain</c> follows.</summary>
    public async Task EndDomainAsync(uint domid)
    {
        File.Delete(Path.Combine(Directory, "doms", $"{domid}"));
        await SignalAsync("USR2");
    }

    /// <summary>Sends a signal by its name: STOP makes it hang, CONT ends that.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>xenstored gives no sign of its own that it listens.</summary>
    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Process Run(string[] arguments, bool redirect) =>
        Process.Start(new ProcessStartInfo(Script(), arguments) { RedirectStandardOutput = redirect })!;

    private static string Script()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var script = Path.Combine(directory.FullName, "tests", "lab", "xenstored", "run.sh");
            if (File.Exists(script)) return script;
        }

        throw new InvalidOperationException("tests/lab/xenstored/run.sh was not found above the test's own folder");
    }
}
