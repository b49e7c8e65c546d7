using System.Globalization;
using System.Text.Json;

namespace Reconciler.Scale.OneAgent;

/// <summary>The result as text for people and as JSON for everything else.</summary>
internal static class AgentReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Print(AgentResult result, TextWriter output)
    {
        output.WriteLine("one agent, published, simulated host, real API server on the same machine:");
        output.WriteLine(Invariant($"{result.Machine}; load {result.Load}"));
        foreach (var restart in result.Restarts)
        {
            output.WriteLine();
            output.WriteLine(Invariant($"restart with {restart.Domains} Domains"));
            output.WriteLine(Invariant($"  store synced after          {restart.SyncedSeconds,8:0.00} s"));
            output.WriteLine(Invariant($"  all observed after          {restart.ObservedSeconds,8:0.00} s"));
            output.WriteLine(Invariant($"  Domains written             {restart.ChangedDomains,8}"));
            output.WriteLine(Invariant($"  host changed                {(restart.HostChanged ? "yes" : "no"),8}"));
            output.WriteLine(Invariant($"  API requests                  {Requests(restart.Requests)}"));
        }
        var idle = result.Idle;
        output.WriteLine();
        output.WriteLine(Invariant($"idle with {idle.Domains} Domains, {idle.Seconds:0} s"));
        output.WriteLine(Invariant($"  CPU                         {idle.Cpu,8:0.00%} of a core"));
        output.WriteLine(Invariant($"  resident                    {idle.ResidentMiB,8:0.0} MiB, at most {idle.PeakResidentMiB:0.0} MiB"));
        output.WriteLine(Invariant($"  API requests                  {Requests(idle.Requests)}"));
    }

    /// <summary>Writes agent.json and returns where it is.</summary>
    public static string Write(AgentResult result)
    {
        Directory.CreateDirectory(ScalePaths.Results);
        var path = Path.Combine(ScalePaths.Results, "agent.json");
        File.WriteAllText(path, JsonSerializer.Serialize(result, Json));
        return path;
    }

    private static string Requests(IReadOnlyDictionary<string, double> requests) =>
        requests.Count == 0 ? "none" : string.Join(", ", requests.OrderByDescending(r => r.Value).Select(r => Invariant($"{r.Key} {r.Value:0}")));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
