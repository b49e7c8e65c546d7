using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Scale.Reporting;

/// <summary>What all reports have in common: how a run says what it does, how figures are written, and where the result is left.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>One line on standard error, while the run goes on.</summary>
    /// <param name="run">Which one: "soak".</param>
    /// <param name="what">What it does now.</param>
    public static void Say(string run, string what) => Console.Error.WriteLine(Invariant($"{run} {DateTime.Now:HH:mm:ss}  {what}"));

    /// <summary>One line of the report, its figures written alike on every machine.</summary>
    public static void Line(this TextWriter output, FormattableString text) => output.WriteLine(Invariant(text));

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>"APPLY leases 60, POST events 5", the most first.</summary>
    public static string Requests(IReadOnlyDictionary<string, double> requests) =>
        requests.Count == 0 ? "none" : string.Join(", ", requests.OrderByDescending(r => r.Value).Select(r => Invariant($"{r.Key} {r.Value:0}")));

    /// <summary>Writes the result as JSON and returns where it is.</summary>
    public static string Write<T>(string name, T result)
    {
        Directory.CreateDirectory(ScalePaths.Results);
        var path = Path.Combine(ScalePaths.Results, name);
        File.WriteAllText(path, JsonSerializer.Serialize(result, Json));
        return path;
    }
}
