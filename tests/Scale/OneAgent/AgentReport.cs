using Reconciler.Scale.Reporting;

namespace Reconciler.Scale.OneAgent;

/// <summary>The result as text for people.</summary>
internal static class AgentReport
{
    public static void Print(AgentResult result, TextWriter output)
    {
        output.WriteLine("one agent, simulated host, real API server on the same machine:");
        output.WriteLine(result.Programs);
        output.Line($"{result.Machine}; load {result.Load}");
        foreach (var restart in result.Restarts)
        {
            output.WriteLine();
            output.Line($"restart with {restart.Domains} Domains");
            output.Line($"  store synced after          {restart.SyncedSeconds,8:0.00} s");
            output.Line($"  all observed after          {restart.ObservedSeconds,8:0.00} s");
            output.Line($"  objects written             {restart.ChangedObjects,8}");
            output.Line($"  host changed                {(restart.HostChanged ? "yes" : "no"),8}");
            output.Line($"  API requests                  {Report.Requests(restart.Requests)}");
        }
        var idle = result.Idle;
        output.WriteLine();
        output.Line($"idle with {idle.Domains} Domains, {idle.Seconds:0} s");
        output.Line($"  CPU                         {idle.Cpu,8:0.00%} of a core");
        output.Line($"  resident                    {idle.ResidentMiB,8:0.0} MiB, at most {idle.PeakResidentMiB:0.0} MiB");
        output.Line($"  API requests                  {Report.Requests(idle.Requests)}");
    }
}
