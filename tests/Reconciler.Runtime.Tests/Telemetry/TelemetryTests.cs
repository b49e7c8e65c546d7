using System.Diagnostics;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Telemetry;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Web.Metrics;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Telemetry;

public sealed class TelemetryTests
{
    [Fact]
    public void A_reconcile_shows_in_the_metrics()
    {
        var text = RunOnce("metered", objects: 1);
        text.ShouldContain("controller_runtime_reconcile_total{controller=\"metered\",result=\"success\"} 1\n");
        text.ShouldContain("controller_runtime_reconcile_errors_total{controller=\"metered\"} 0\n");
        text.ShouldContain("controller_runtime_reconcile_time_seconds_count{controller=\"metered\"} 1\n");
        text.ShouldContain("controller_runtime_active_workers{controller=\"metered\"} 0\n");
        text.ShouldContain("controller_runtime_max_concurrent_reconciles{controller=\"metered\"} 1\n");
        text.ShouldContain("workqueue_adds_total{name=\"metered\"} 1\n");
        text.ShouldContain("workqueue_queue_duration_seconds_count{name=\"metered\"} 1\n");
        text.ShouldContain("workqueue_work_duration_seconds_count{name=\"metered\"} 1\n");
        text.ShouldContain("workqueue_depth{name=\"metered\",priority=\"high\"} 0\n");
        text.ShouldContain("rest_client_requests_total{code=\"200\",resource=\"widgets.test.reconciler.dev\",verb=\"list\"} 1\n");
        text.ShouldContain("reconciler_lists_total{resource=\"widgets.test.reconciler.dev\"} 1\n");
        text.ShouldContain("reconciler_store_objects{resource=\"widgets.test.reconciler.dev\"} 1\n");
    }

    [Fact]
    public void The_number_of_series_does_not_grow_with_the_number_of_objects() =>
        Names(RunOnce("bounded", objects: 200)).ShouldBe(Names(RunOnce("bounded", objects: 1)));

    [Fact]
    public void A_key_in_work_is_seen_before_it_is_done() => VirtualLoop.Run(async time =>
    {
        using var meters = new TestMeters();
        using var exporter = new PrometheusExporter(meters);
        using var queue = new Runtime.Queueing.EntityQueue<string>("q", TestServices.Create(time, meters: meters));
        queue.Add("slow");
        queue.Add("slower");
        await queue.TakeAsync(default);
        await Task.Delay(TimeSpan.FromSeconds(2), time);
        await queue.TakeAsync(default);
        await Task.Delay(TimeSpan.FromSeconds(3), time);

        var text = exporter.Write();

        text.ShouldContain("workqueue_unfinished_work_seconds{name=\"q\"} 8\n");
        text.ShouldContain("workqueue_longest_running_processor_seconds{name=\"q\"} 5\n");
        queue.Done("slow");
        exporter.Write().ShouldContain("workqueue_longest_running_processor_seconds{name=\"q\"} 3\n");
    });

    [Fact]
    public async Task A_call_is_counted_by_verb_and_by_what_came_of_it()
    {
        using var meters = new TestMeters();
        using var exporter = new PrometheusExporter(meters);
        var cluster = new InMemoryCluster(TimeProvider.System);
        var client = new InstrumentedClient(cluster.Client, new RuntimeMetrics(meters), TimeProvider.System);
        (await client.GetAsync<Widget>("a", "ns", default)).ShouldBeNull();
        await client.CreateAsync(Widget.Named("a"), default);
        (await client.GetAsync<Widget>("a", "ns", default)).ShouldNotBeNull();
        await client.ApplyStatusAsync(Widget.Named("a") with { Status = new() { Ready = 1 } }, new ApplyOptions("test"), default);
        cluster.Before = (_, _) => throw ScriptedClient.Error(System.Net.HttpStatusCode.TooManyRequests);
        await Should.ThrowAsync<KubernetesApiException>(() => client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default));
        cluster.Before = (_, _) => throw ScriptedClient.Error(null);
        await Should.ThrowAsync<KubernetesApiException>(() => client.PatchAsync<Widget>("a", "ns", new JsonPatch(), default));
        cluster.Before = (_, _) => throw new OperationCanceledException();
        await Should.ThrowAsync<OperationCanceledException>(() => client.ListAsync<Widget>(new ListOptions(), default));

        var text = exporter.Write();

        foreach (var (verb, resource, code) in new[]
                 {
                     ("get", "", "404"), ("create", "", "200"), ("get", "", "200"), ("apply", "/status", "200"), ("delete", "", "429"), ("patch", "", "<error>"),
                     ("list", "", "canceled"),
                 })
        {
            text.ShouldContain($"rest_client_requests_total{{code=\"{code}\",resource=\"widgets.test.reconciler.dev{resource}\",verb=\"{verb}\"}} 1\n");
        }

        text.ShouldContain("rest_client_request_duration_seconds_count{resource=\"widgets.test.reconciler.dev\",verb=\"get\"} 2\n");
    }

    [Fact]
    public async Task A_watch_is_counted_once_with_the_first_that_is_heard_of_it()
    {
        using var meters = new TestMeters();
        using var exporter = new PrometheusExporter(meters);
        var script = new ScriptedClient(TimeProvider.System)
            .Watch(TimeSpan.Zero, ScriptedClient.Frame(WatchEventType.Added, Widget.Named("a")), ScriptedClient.Frame(WatchEventType.Added, Widget.Named("b")))
            .Watch(TimeSpan.Zero, ScriptedClient.ErrorFrame(410, "Expired"))
            .WatchBreaks(ScriptedClient.Error(System.Net.HttpStatusCode.Forbidden));
        var client = new InstrumentedClient(script, new RuntimeMetrics(meters), TimeProvider.System);
        (await client.WatchAsync<Widget>(new WatchOptions(), default).CountAsync()).ShouldBe(2);
        (await client.WatchAsync<Widget>(new WatchOptions(), default).CountAsync()).ShouldBe(1);
        await Should.ThrowAsync<KubernetesApiException>(async () => await client.WatchAsync<Widget>(new WatchOptions(), default).CountAsync());

        var text = exporter.Write();

        foreach (var code in new[] { "200", "410", "403" })
        {
            text.ShouldContain($"rest_client_requests_total{{code=\"{code}\",resource=\"widgets.test.reconciler.dev\",verb=\"watch\"}} 1\n");
        }
    }

    private static string RunOnce(string name, int objects)
    {
        using var meters = new TestMeters();
        using var exporter = new PrometheusExporter(meter => meter.Scope == meters);
        VirtualLoop.Run(async time =>
        {
            var services = TestServices.Create(time, meters: meters);
            var cluster = new InMemoryCluster(time);
            foreach (var number in Enumerable.Range(0, objects))
            {
                await cluster.Client.CreateAsync(Widget.Named($"widget-{number}"), default);
            }

            var client = new InstrumentedClient(cluster.Client, services.Metrics, time);
            var store = new Store<Widget>();
            using var controller = new Controller<Widget>(new Content(), store, new ControllerOptions { Name = name, Resync = null }, services);
            using var stop = new CancellationTokenSource();
            var running = Task.WhenAll(
                new Reflector<Widget>(client, store, new ReflectorOptions(), services).RunAsync(stop.Token), controller.RunAsync(stop.Token));
            await Task.Delay(TimeSpan.FromSeconds(1), time);
            await stop.CancelAsync();
            await running;
        });
        return exporter.Write();
    }

    private static IEnumerable<string> Names(string text) =>
        text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#') && line.Contains('{')).Select(line => line[..line.LastIndexOf(' ')]);

    private sealed class Content : IEntityController<Widget>
    {
        public Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<Widget>.Success());
    }
}
