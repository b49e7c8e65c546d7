using System.Diagnostics;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Benchmarks.Planner;

/// <summary>
/// Plans for a host of 1,000 domains in the mix of a working day: most are as desired, a few start, stop, wait, or have just ended.
/// </summary>
/// <remarks>
/// There is no other planner to compare with. The number answers one question: does deciding ever cost anything beside acting? A resync of
/// the whole host is 1,000 plans, and one <c>xl create</c> takes half a second.
/// </remarks>
internal static class PlannerBenchmark
{
    private const int Domains = 1000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        var mix = Enumerable.Range(0, Domains).Select(Case).ToArray();
        var policy = new DomainPolicy();
        Measure(mix, policy, Duration / 4, cancellationToken);

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (plans, elapsed) = Measure(mix, policy, Duration, cancellationToken);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        var perSecond = plans / elapsed.TotalSeconds;
        IReadOnlyList<BenchResult> results =
        [
            new("planner", "plans, 1,000 domains in a mix", perSecond, null, "ops/s", null, Note: "one thread"),
            new("planner", "all 1,000 domains once", Domains / perSecond * 1000, null, "ms", null),
            new("planner", "allocated for each plan", (double)allocated / plans, null, "bytes", null),
        ];
        return Task.FromResult(results);
    }

    private static (long Plans, TimeSpan Elapsed) Measure(PlanCase[] mix, DomainPolicy policy, TimeSpan duration, CancellationToken cancellationToken)
    {
        long plans = 0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < duration)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var item in mix)
            {
                var plan = Xen.Planning.Planner.Plan(item.Desired, item.Observed, policy, item.LastExit, Now);
                if (plan.IsConverged != item.Converged)
                    throw new InvalidOperationException($"The mix is not what it says: {plan}");
            }
            plans += mix.Length;
        }
        return (plans, clock.Elapsed);
    }

    private static PlanCase Case(int i)
    {
        var desired = Desired(i, DesiredPower.Running);
        return (i % 20) switch
        {
            0 => new(desired, Seen(), Converged: false),
            1 => new(desired, Seen(Domain(desired, i, RunState.Paused)), Converged: false),
            2 => new(desired with { Power = DesiredPower.Halted }, Seen(Domain(desired, i, RunState.Running)), Converged: false),
            3 => new(null, Seen(Domain(desired, i, RunState.Running, asked: Now.AddSeconds(-30))), Converged: false),
            4 => new(null, Seen(Domain(desired, i, RunState.Running, asked: Now.AddHours(-1))), Converged: false),
            5 => new(desired, Seen(Domain(desired, i, RunState.ShutDown) with { ShutdownReason = ShutdownReason.Reboot }), Converged: false),
            6 => new(desired, Seen(), Converged: false, new ExitRecord(i, Now.AddHours(-1), ShutdownReason.Crash, Now.AddSeconds(-1), Restarts: 3)),
            7 => new(desired with { Power = DesiredPower.Halted }, Seen(), Converged: true),
            _ => new(desired, Seen(Domain(desired, i, RunState.Running)), Converged: true),
        };
    }

    private static Observation Seen(params ObservedDomain[] domains) => new() { At = Now, Domains = domains };

    private static DesiredDomain Desired(int i, DesiredPower power) => new()
    {
        Uuid = new Guid(i, 0, 0, new byte[8]),
        Namespace = "default",
        Name = $"guest-{i}",
        Generation = 1,
        Type = DomainType.Pvh,
        Vcpus = 2,
        MemoryKiB = 1 << 20,
        Boot = new DirectBoot("/boot/vmlinuz"),
        Power = power,
    };

    private static ObservedDomain Domain(DesiredDomain desired, int domid, RunState state, DateTimeOffset? asked = null) => new()
    {
        Uuid = desired.Uuid,
        Domid = domid,
        XenName = desired.XenName,
        Ownership = DomainOwnership.Ours,
        Mark = new DomainMark
        {
            Uuid = desired.Uuid,
            Namespace = desired.Namespace,
            Name = desired.Name,
            Generation = 1,
            BootedWith = desired,
            CreatedAt = Now.AddHours(-2),
            StartedAt = Now.AddHours(-2),
            ShutdownRequestedAt = asked,
        },
        State = state,
        MemoryKiB = desired.MemoryKiB,
        Vcpus = desired.Vcpus,
        CpuTime = TimeSpan.FromMinutes(1),
    };

    private sealed record PlanCase(DesiredDomain? Desired, Observation Observed, bool Converged, ExitRecord? LastExit = null);
}
