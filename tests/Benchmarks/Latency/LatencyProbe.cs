using System.Diagnostics;
using System.Globalization;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Benchmarks.Latency;

/// <summary>In a process of its own: client, reflector, store, queue and controller, as they are in an operator. A reconcile only looks at the clock.</summary>
internal static class LatencyProbe
{
    public const string Name = "latency";

    /// <summary>Carries the stamp of a change: ticks of <see cref="Stopwatch"/>, which on Linux is the machine's monotonic clock, the same in every process.</summary>
    public const string Annotation = "bench";

    /// <param name="arguments">The kubeconfig, and how many changes there will be.</param>
    public static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        using var stop = new CancellationTokenSource();
        using var metrics = new RuntimeMetrics();
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(arguments[0]));
        var services = new RuntimeServices { Metrics = metrics, Health = new OperatorHealth() };
        var store = new Store<Domain>();
        var clock = new ClockController(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        using var controller = new Controller<Domain>(clock, store, new ControllerOptions { Name = "clock" }, services);
        var running = Task.WhenAll(
            new Reflector<Domain>(client, store, new ReflectorOptions(), services).RunAsync(stop.Token), controller.RunAsync(stop.Token));
        var seen = await clock.All;
        await stop.CancelAsync();
        await running;
        Probe.Answer(new LatencyMeasurement(seen));
    }

    private sealed class ClockController(int changes) : IEntityController<Domain>
    {
        private readonly Dictionary<long, double> _seconds = new(changes);
        private readonly TaskCompletionSource<IReadOnlyDictionary<long, double>> _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyDictionary<long, double>> All => _all.Task;

        public Task<ReconciliationResult<Domain>> ReconcileAsync(ObjectKey key, Domain? entity, CancellationToken cancellationToken)
        {
            // One worker: no lock. A Domain without a stamp is of the first list.
            var now = Stopwatch.GetTimestamp();
            if (entity?.Metadata.Annotations?.GetValueOrDefault(Annotation) is { } stamp)
            {
                var sent = long.Parse(stamp, CultureInfo.InvariantCulture);
                if (_seconds.TryAdd(sent, Stopwatch.GetElapsedTime(sent, now).TotalSeconds) && _seconds.Count == changes)
                    _all.TrySetResult(_seconds);
            }
            return Task.FromResult(ReconciliationResult<Domain>.Success());
        }
    }
}
