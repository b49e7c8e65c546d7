using System.Globalization;
using System.Text.Json;
using Reconciler.Testing;
using Reconciler.Testing.Lab;

namespace Reconciler.Benchmarks;

/// <summary>The results as a table for people and as JSON for everything else.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Print(IReadOnlyList<BenchResult> results, TextWriter output)
    {
        output.WriteLine(Machine.Current);
        output.WriteLine($"{"group",-10} {"benchmark",-44} {"ours",12} {"baseline",12} {"unit",-8} {"ratio",7}  aim");
        foreach (var result in results)
        {
            var verdict = result.Met switch { true => "met", false => "MISSED", null => "" };
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Group,-10} {result.Name,-44} {Number(result.Ours),12} {Number(result.Baseline),12} {result.Unit,-8} {result.Ratio,6:0.00}x  {result.Aim} {verdict}"));
        }
    }

    /// <summary>Writes <c>artifacts/bench/results.json</c> of the repository and returns its path.</summary>
    public static string Write(IReadOnlyList<BenchResult> results)
    {
        var path = Path.Combine(RepositoryRoot.Path, "artifacts", "bench", "results.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(new { At = DateTimeOffset.UtcNow, Machine = Machine.Current, Results = results }, Json));
        return path;
    }

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
