using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Reconciler.Testing.Lab;

/// <summary>Runs external programs to their end.</summary>
public static class ExternalProgram
{
    /// <summary>
    /// Runs <paramref name="file"/> and returns what it said and how it ended. Cancellation kills its process tree.
    /// </summary>
    public static async Task<CommandOutput> RunAsync(
        string file,
        IEnumerable<string> arguments,
        string? input = null,
        IReadOnlyDictionary<string, string>? environment = null,
        CancellationToken cancellation = default)
    {
        var start = Prepare(file, arguments, environment);
        using var process = Process.Start(start) ?? throw new LabException($"'{file}' can't be started");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await FeedAsync(process, input, cancellation);
            await process.WaitForExitAsync(cancellation);
            return new CommandOutput($"{file} {string.Join(' ', start.ArgumentList)}", process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="file"/> and yields what it prints, line by line, while it runs; a <see cref="LabException"/> when it fails. It is
    /// killed when nobody reads on.
    /// </summary>
    public static async IAsyncEnumerable<string> LinesAsync(string file, IEnumerable<string> arguments, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var start = Prepare(file, arguments, environment: null);
        using var process = Process.Start(start) ?? throw new LabException($"'{file}' can't be started");
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(cancellation);
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line) yield return line;
            await process.WaitForExitAsync(cancellation);
            new CommandOutput($"{file} {string.Join(' ', start.ArgumentList)}", process.ExitCode, "", await error).OutputOrThrow();
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo Prepare(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        return start;
    }

    private static async Task FeedAsync(Process process, string? input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading it all; its exit code tells the rest.
        }
    }
}
