using System.Diagnostics;
using System.Text.Json;

namespace Reconciler.Benchmarks;

/// <summary>
/// This program again, as a child whose memory is only what is measured, with the settings of the programs that are published. It writes
/// one JSON object to standard output.
/// </summary>
internal static class Probe
{
    /// <summary>The first argument of a child; its name and its own arguments follow.</summary>
    public const string Argument = "--probe";

    public static async Task<T> RunAsync<T>(string name, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Argument, name, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_GCGen0MaxBudget"] = "0x400000";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"the probe {name} can't be started");
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<T>(output) ?? throw new JsonException("null")
                : throw new InvalidOperationException($"the probe {name} has ended with code {process.ExitCode}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>The other end: what a child has measured.</summary>
    public static void Answer<T>(T measured) => Console.Out.Write(JsonSerializer.Serialize(measured));
}
