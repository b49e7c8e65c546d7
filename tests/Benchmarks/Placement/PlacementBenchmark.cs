using Reconciler.Api.Scheduling;
using Reconciler.Api.Scheduling.Moves;

namespace Reconciler.Benchmarks.Placement;

/// <summary>
/// Places 10,000 Domains one after the other on 100, 1,000 and 2,000 hosts, as the operator does: what the Domain asks for is read, all hosts
/// are asked, the choice is composed for the status and taken in before the next one. And starts the operator where all of that is decided.
/// </summary>
/// <remarks>There is no other to compare with: the aims are those of the project. CPU time is that of all threads, so collection and compilation count. Each number is the best of its rounds: what else runs on the machine only ever slows a round down.</remarks>
internal static class PlacementBenchmark
{
    private const int Domains = 10_000;
    private const int WarmUps = 3;
    private const int Rounds = 3;

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < WarmUps; i++) Measure(1000, cancellationToken);
        double few = 0, many = 0, more = 0, allocated = 0;
        for (var i = 0; i < Rounds; i++)
        {
            few = Math.Max(few, Measure(100, cancellationToken).PerSecond);
            (var perSecond, allocated) = Measure(1000, cancellationToken);
            many = Math.Max(many, perSecond);
            more = Math.Max(more, Measure(2000, cancellationToken).PerSecond);
        }

        return
        [
            BenchResult.Reaching("placement", "decisions, 10,000 domains over 1,000 hosts", many, "ops/s", 5000, "by the CPU time of the whole process; each taken in before the next; best of three, as those below"),
            new("placement", "decisions over 100 hosts", few, null, "ops/s", null),
            BenchResult.AtMost("placement", "cost of a decision, 2,000 hosts to 1,000", 1e6 / more, 1e6 / many, "us", 2.2, "linear is 2"),
            new("placement", "allocated for each decision, 1,000 hosts", allocated, null, "bytes", null),
            await OperatorStart.MeasureAsync(Domains, 1000, cancellationToken),
        ];
    }

    private static (double PerSecond, double Bytes) Measure(int hosts, CancellationToken cancellationToken)
    {
        var cluster = Cluster.Of(Enumerable.Range(0, hosts).Select(Estate.Host), []);
        var domains = Enumerable.Range(0, Domains).Select(i => Estate.Domain(i, hosts)).ToArray();
        GC.Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = Environment.CpuUsage.TotalTime;
        foreach (var domain in domains)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var plan = PlacementPlanner.Plan(domain, cluster, () => PlacementRequest.Of(domain, [], [], _ => false, Estate.Now), MoveFacts.None, Estate.Now);
            if (plan.Status?.Host is null) throw new InvalidOperationException($"The hosts are too small: {plan.Status?.Conditions?[1].Message}");
            cluster.Put(domain with { Status = plan.Status });
        }

        var elapsed = Environment.CpuUsage.TotalTime - before;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (Domains / elapsed.TotalSeconds, (double)allocated / Domains);
    }
}
