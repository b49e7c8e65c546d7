using System.Globalization;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Benchmarks.Placement;

/// <summary>
/// Places 10,000 Domains one after the other on 100, 1,000 and 2,000 hosts, as the operator does: what the Domain asks for is read, all hosts
/// are asked, the choice is composed for the status and taken in before the next one.
/// </summary>
/// <remarks>There is no other to compare with: the aims are those of the project. CPU time is that of all threads, so collection and compilation count. One Domain in ten is to be apart from its like, one in ten prefers hosts.</remarks>
internal static class PlacementBenchmark
{
    private const int Domains = 10_000;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < 3; i++) Measure(1000, cancellationToken);
        var (few, _) = Measure(100, cancellationToken);
        var (many, allocated) = Measure(1000, cancellationToken);
        var (more, _) = Measure(2000, cancellationToken);
        IReadOnlyList<BenchResult> results =
        [
            BenchResult.Reaching("placement", "decisions, 10,000 domains over 1,000 hosts", many, "ops/s", 5000, "by the CPU time of the whole process; each taken in before the next"),
            new("placement", "decisions over 100 hosts", few, null, "ops/s", null),
            BenchResult.AtMost("placement", "cost of a decision, 2,000 hosts to 1,000", 1e6 / more, 1e6 / many, "us", 2.2, "linear is 2"),
            new("placement", "allocated for each decision, 1,000 hosts", allocated, null, "bytes", null),
        ];
        return Task.FromResult(results);
    }

    private static (double PerSecond, double Bytes) Measure(int hosts, CancellationToken cancellationToken)
    {
        var cluster = Cluster.Of(Enumerable.Range(0, hosts).Select(Host), []);
        var domains = Enumerable.Range(0, Domains).Select(i => Domain(i, hosts)).ToArray();
        GC.Collect();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var before = Environment.CpuUsage.TotalTime;
        foreach (var domain in domains)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var plan = PlacementPlanner.Plan(domain, cluster, () => PlacementRequest.Of(domain, [], [], _ => false, Now), Api.Scheduling.Moves.MoveFacts.None, Now);
            if (plan.Status?.Host is null) throw new InvalidOperationException($"The hosts are too small: {plan.Status?.Conditions?[1].Message}");
            cluster.Put(domain with { Status = plan.Status });
        }

        var elapsed = Environment.CpuUsage.TotalTime - before;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return (Domains / elapsed.TotalSeconds, (double)allocated / Domains);
    }

    private static XenHost Host(int i) => new()
    {
        Metadata = new ObjectMeta { Name = string.Create(CultureInfo.InvariantCulture, $"xen-{i:0000}"), Labels = Labels("zone", $"z{i % 3}") },
        Status = new XenHostStatus
        {
            Conditions = [new Condition { Type = "Ready", Status = "True", Reason = "Ready", LastTransitionTime = Now }],
            Cpus = 64,
            GuestTypes = ["PVH", "PV"],
            Memory = new HostMemory { Total = "512Gi", Free = $"{300 + (i % 200)}Gi", MeasuredAt = Now },
            StoragePools = [new HostStoragePool { Name = "fast", Ready = i % 5 != 0 }, new HostStoragePool { Name = "slow", Ready = true }],
            Networks = [new HostNetwork { Name = "lan", Ready = true }],
        },
    };

    private static Domain Domain(int i, int hosts) => new()
    {
        Metadata = new ObjectMeta { Namespace = "default", Name = $"d{i}", Uid = $"uid-{i}", Generation = 1, Labels = Labels("app", $"a{i / 20}") },
        Spec = new DomainSpec
        {
            Cpu = new CpuSpec { Vcpus = 1 + (i % 4) },
            Memory = new MemorySpec { Size = $"{1 + (i % 3)}Gi" },
            Boot = new BootSpec { Kernel = "/boot/vmlinuz" },
            VbdTemplates = [new Api.Disks.VbdTemplate { Device = "xvda", Source = new Api.Disks.VbdSource { Volume = new Api.Disks.VolumeSource { Pool = i % 2 == 0 ? "fast" : "slow", Name = $"v{i}" } } }],
            VifTemplates = [new Api.Nics.VifTemplate { Index = 0, Network = "lan" }],
            Placement = (i % 10) switch
            {
                0 => new PlacementSpec { AntiAffinity = new AntiAffinitySpec { Required = [new AntiAffinityTerm { LabelSelector = new LabelSelector { MatchLabels = Labels("app", $"a{i / 20}") } }] } },
                1 => new PlacementSpec { PreferredHosts = [$"xen-{i % hosts:0000}"] },
                _ => null,
            },
        },
    };

    private static Dictionary<string, string> Labels(string name, string value) => new(StringComparer.Ordinal) { [name] = value };
}
