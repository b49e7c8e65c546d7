using System.Diagnostics;

namespace Reconciler.Testing.Runner;

/// <summary>An external program with a time limit, its output kept in a log file.</summary>
internal sealed record Command(string Name, string File, IReadOnlyList<string> Arguments)
{
    public required string WorkingDirectory { get; init; }

    public required string LogFile { get; init; }

    public required TimeSpan Limit { get; init; }

    /// <summary>Called with each line of standard error, for programs that report there what they are doing.</summary>
    public Action<string>? OnErrorLine { get; init; }

    /// <summary>Runs to the end, or kills the whole process tree at the limit. Never throws for what the program does.</summary>
    public async Task<CommandResult> RunAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(File)
        {
            UseShellExecute = false,
            WorkingDirectory = WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in Arguments)
            start.ArgumentList.Add(argument);
        // A build server that outlives the build would hold the output pipes open and this run with them.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        CompilerServer.Use(start.Environment);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";

        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        await using var log = TextWriter.Synchronized(new StreamWriter(LogFile));
        var clock = Stopwatch.StartNew();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => WriteLine(e.Data);
        process.ErrorDataReceived += (_, e) =>
        {
            WriteLine(e.Data);
            if (e.Data is { Length: > 0 } line)
                OnErrorLine?.Invoke(line);
        };
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Limit);
        try
        {
            await process.WaitForExitAsync(limited.Token);
            return new CommandResult(process.ExitCode, clock.Elapsed, TimedOut: false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            return new CommandResult(process.ExitCode, clock.Elapsed, TimedOut: true);
        }

        void WriteLine(string? line)
        {
            if (line is not null)
                log.WriteLine(line);
        }
    }
}
