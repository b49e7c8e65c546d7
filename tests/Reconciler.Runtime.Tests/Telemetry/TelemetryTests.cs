using System.Diagnostics;
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
    public void A_reconcile_shows_in_the_metrics_under_the_documented_names()
    {
        using var exporter = new PrometheusExporter(name => name == RuntimeMetrics.MeterName);
        RunOnce("metered");
        var text = exporter.Write();
        text.ShouldContain("reconciler_reconciles_total{controller=\"metered\",result=\"success\"} 1\n");
        text.ShouldContain("reconciler_reconcile_duration_seconds_count{controller=\"metered\"} 1\n");
        text.ShouldContain("reconciler_queue_adds_total{queue=\"metered\"} 1\n");
        text.ShouldContain("reconciler_queue_latency_seconds_count{queue=\"metered\"} 1\n");
        text.ShouldContain("reconciler_queue_depth{priority=\"high\",queue=\"metered\"} 0\n");
        text.ShouldContain("reconciler_lists_total{resource=\"widgets.test.reconciler.dev\"}");
        text.ShouldContain("reconciler_leader 0\n");
    }

    [Fact]
    public void A_reconcile_is_a_trace_that_names_its_object()
    {
        var traced = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == RuntimeActivity.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (traced)
                {
                    traced.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        RunOnce("traced");
        Activity activity;
        lock (traced)
        {
            activity = traced.Single(a => a.OperationName == "reconcile traced");
        }

        activity.GetTagItem("kind").ShouldBe("Widget");
        activity.GetTagItem("namespace").ShouldBe("ns");
        activity.GetTagItem("name").ShouldBe("a");
        activity.GetTagItem("uid").ShouldNotBeNull();
        activity.GetTagItem("reconcileId").ShouldNotBeNull();
        activity.GetTagItem("result").ShouldBe("success");
    }

    private static void RunOnce(string name) => VirtualLoop.Run(async time =>
    {
        var services = TestServices.Create(time);
        var cluster = new InMemoryCluster(time);
        await cluster.Client.CreateAsync(Widget.Named("a"), default);
        var store = new Store<Widget>();
        using var controller = new Controller<Widget>(new Content(), store, new ControllerOptions { Name = name, Resync = null }, services);
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(
            new Reflector<Widget>(cluster.Client, store, new ReflectorOptions(), services).RunAsync(stop.Token), controller.RunAsync(stop.Token));
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        await stop.CancelAsync();
        await running;
    });

    private sealed class Content : IEntityController<Widget>
    {
        public Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken) =>
            Task.FromResult(ReconciliationResult<Widget>.Success());
    }
}
