using System.Diagnostics;
using System.Globalization;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Telemetry;
using Reconciler.Testing;

namespace Reconciler.Benchmarks.Informer;

/// <summary>In a process of its own: the real client and reflector fill a store.</summary>
internal static class InformerProbe
{
    public const string Name = "informer";
    private const int WarmRounds = 7;
    private static readonly TimeSpan WarmTime = TimeSpan.FromSeconds(4);

    /// <param name="arguments">The kubeconfig, and how many objects there are.</param>
    public static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        var config = KubernetesConfig.Load(arguments[0]);
        var objects = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        GC.Collect();
        var (heap, allocated) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetTotalAllocatedBytes(precise: true));
        var (store, seconds, cpu) = await FillAsync(config, objects);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var peak = ProcessUsage.Of(Environment.ProcessId).PeakResidentMiB * (1 << 20);
        heap = GC.GetTotalMemory(forceFullCollection: true) - heap;
        GC.KeepAlive(store);

        // Of the clock the best, for other work on the machine only ever slows a round down. Of the processors' time the mean: what a small store
        // leaves behind is collected in a later round, and is a part of its cost.
        var (warm, warmCpu, rounds) = (double.MaxValue, 0d, 0);
        for (var clock = Stopwatch.StartNew(); rounds < WarmRounds || clock.Elapsed < WarmTime; rounds++)
        {
            var again = await FillAsync(config, objects);
            (warm, warmCpu) = (Math.Min(warm, again.Seconds), warmCpu + again.CpuSeconds);
        }
        Probe.Answer(new InformerMeasurement(seconds, cpu, allocated, heap, (long)peak, warm, warmCpu / rounds));
    }

    private static async Task<(Store<Domain> Store, double Seconds, double CpuSeconds)> FillAsync(KubernetesConfig config, int objects)
    {
        using var stop = new CancellationTokenSource();
        using var metrics = new RuntimeMetrics();
        using var client = new HttpKubernetesClient(config);
        var store = new Store<Domain>();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var reflector = new Reflector<Domain>(
            client, store, new ReflectorOptions { PageSize = DomainServerOptions.PageSize }, new RuntimeServices { Metrics = metrics, Health = new OperatorHealth() });
        var running = reflector.RunAsync(stop.Token);
        await store.Synced;
        var (seconds, cpuSeconds) = (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        if (store.Snapshot is not { Undecodable.Count: 0 } snapshot || snapshot.Objects.Count != objects)
            throw new InvalidOperationException($"{store.Snapshot.Objects.Count} objects of {objects} are in the store");
        await stop.CancelAsync();
        await running;
        return (store, seconds, cpuSeconds);
    }
}
