using Reconciler.Testing;

namespace Reconciler.Scale.Reporting;

/// <summary>The result as a table for people, as JSON for everything else, and as a picture.</summary>
internal static class ScaleReport
{
    public static void Print(ScaleResult result, TextWriter output)
    {
        var options = result.Options;
        output.Line($"{options.Domains} Domains, {options.Hosts} simulated hosts ({options.CreateTime.TotalMilliseconds:0} ms to create a domain), {(options.Rate > 0 ? Report.Invariant($"{options.Rate}/s") : "in one go")}, real API server on the same machine:");
        output.WriteLine(result.Machine);
        output.WriteLine(result.Programs);
        output.WriteLine();
        output.Line($"{"",-28} {"P50",9} {"P95",9} {"P99",9} {"worst",9}");
        if (result.Trickle.Count > 0)
            Row($"{options.Trickle} before, at 10/s, s", result.Trickle);
        Row("create to Running, s", result.CreateToRunning);
        if (result.Churn.Count > 0)
            Row("power state changed, s", result.Churn);
        output.WriteLine();
        output.Line($"throughput                   {result.Throughput,9:0.0} Domains/s");
        output.Line($"API requests per Domain      {result.RequestsPerDomain,9:0.0} (operator and agents, created to Running)");
        output.Line($"operator, resident           {result.Operator.ResidentMiB,9:0} MiB, at most {result.Operator.PeakResidentMiB:0} MiB");
        output.Line($"one agent, resident          {result.OneAgent.ResidentMiB,9:0} MiB, at most {result.OneAgent.PeakResidentMiB:0} MiB");
        output.WriteLine();
        output.Line($"{"phase",-8} {"seconds",9} {"operator CPU",13} {"agents CPU",11}  API requests by verb");
        foreach (var phase in result.Phases)
        {
            var verbs = Report.Requests(phase.Requests);
            output.Line($"{phase.Name,-8} {phase.Seconds,9:0.0} {phase.OperatorCpu,13:0.0%} {phase.AgentsCpu,11:0.0%}  {verbs}");
        }

        void Row(string name, Percentiles p) =>
            output.Line($"{name,-28} {p.P50,9:0.000} {p.P95,9:0.000} {p.P99,9:0.000} {p.Worst,9:0.000}");
    }

    /// <summary>Writes result.json and timeline.svg and returns where they are.</summary>
    public static string Write(ScaleResult result)
    {
        Report.Write("result.json", result);
        File.WriteAllText(Path.Combine(ScalePaths.Results, "timeline.svg"), TimelinePlot.Draw(result));
        return ScalePaths.Results;
    }
}
