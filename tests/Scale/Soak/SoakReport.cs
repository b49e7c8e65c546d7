using Reconciler.Scale.Reporting;

namespace Reconciler.Scale.Soak;

/// <summary>The result as text for people.</summary>
internal static class SoakReport
{
    public static void Print(SoakResult result, TextWriter output)
    {
        output.WriteLine("one agent behind a network that loses packets, simulated host; operator and a real API server on the same machine:");
        output.WriteLine(result.Programs);
        output.Line($"{result.Machine}");
        output.Line($"{result.Options.Duration.TotalSeconds:0} s, {result.Options.Loss} % lost in each direction, {result.Options.Domains} Domains");
        output.Line($"  packets lost                {result.PacketsLost} of {result.PacketsLost + result.PacketsForwarded}");
        output.Line($"  flaps of Ready              {(result.Flaps.Count == 0 ? "none" : string.Join("; ", result.Flaps))}");
        output.Line($"  between two renewals        P50 {result.RenewalGaps.P50:0.0} s, P99 {result.RenewalGaps.P99:0.0} s, at most {result.RenewalGaps.Worst:0.0} s");
        output.Line($"  API requests                {Report.Requests(result.Requests)}");
        output.Line($"agent killed, {result.LastRenewalBefore:0.0} s after its last renewal");
        output.Line($"  host Ready=Unknown after    {result.HostUnknownAfter:0.0} s");
        output.Line($"  Domains Ready=Unknown after {result.DomainsUnknownAfter:0.0} s");
    }
}
