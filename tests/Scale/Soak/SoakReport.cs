using System.Globalization;
using System.Text.Json;

namespace Reconciler.Scale.Soak;

/// <summary>The result as text for people and as JSON for everything else.</summary>
internal static class SoakReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Print(SoakResult result, TextWriter output)
    {
        output.WriteLine("one agent behind a network that loses packets, published, simulated host; operator and a real API server on the same machine:");
        output.WriteLine(Invariant($"{result.Machine}"));
        output.WriteLine(Invariant($"{result.Options.Duration.TotalSeconds:0} s, {result.Options.Loss} % lost in each direction, {result.Options.Domains} Domains"));
        output.WriteLine(Invariant($"  packets lost                {result.PacketsLost} of {result.PacketsLost + result.PacketsForwarded}"));
        output.WriteLine(Invariant($"  flaps of Ready              {(result.Flaps.Count == 0 ? "none" : string.Join("; ", result.Flaps))}"));
        output.WriteLine(Invariant($"  between two renewals        P50 {result.RenewalGaps.P50:0.0} s, P99 {result.RenewalGaps.P99:0.0} s, at most {result.RenewalGaps.Worst:0.0} s"));
        output.WriteLine(Invariant($"  API requests                {string.Join(", ", result.Requests.OrderByDescending(r => r.Value).Select(r => Invariant($"{r.Key} {r.Value:0}")))}"));
        output.WriteLine(Invariant($"agent killed, {result.LastRenewalBefore:0.0} s after its last renewal"));
        output.WriteLine(Invariant($"  host Ready=Unknown after    {result.HostUnknownAfter:0.0} s"));
        output.WriteLine(Invariant($"  Domains Ready=Unknown after {result.DomainsUnknownAfter:0.0} s"));
    }

    /// <summary>Writes soak.json and returns where it is.</summary>
    public static string Write(SoakResult result)
    {
        Directory.CreateDirectory(ScalePaths.Results);
        var path = Path.Combine(ScalePaths.Results, "soak.json");
        File.WriteAllText(path, JsonSerializer.Serialize(result, Json));
        return path;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
