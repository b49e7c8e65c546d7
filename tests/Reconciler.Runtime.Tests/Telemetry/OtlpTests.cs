using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Telemetry;
using Reconciler.Testing.Otlp;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Runtime.Tests.Telemetry;

/// <summary>What a collector really gets from a whole operator.</summary>
public sealed class OtlpTests
{
    private const string Widgets = "widgets.contract.reconciler.dev";

    [Fact]
    public async Task Semantics_20_From_the_watch_event_to_the_last_write_is_one_trace()
    {
        await using var collector = OtlpReceiver.Start();
        await using var keeper = new MeteredOperator(To(collector.Endpoint));
        await keeper.RunAsync();
        await keeper.StopAsync();

        var trace = TracesOf(keeper, collector).ShouldHaveSingleItem();

        trace.ShouldBeATree();
        trace.Spans.ShouldAllBe(s => s.Service == "metered-operator");
        string[] pass = [$"watch {Widgets}", $"reconcile {keeper.ControllerName}"];
        trace.Spans.Select(s => string.Join(" > ", trace.PathOf(s))).ShouldBe(
            [
                pass[0], $"{pass[0]} > queue {keeper.ControllerName}", $"{pass[0]} > {pass[1]}", $"{pass[0]} > {pass[1]} > apply {Widgets}/status",
                $"{pass[0]} > {pass[1]} > event", $"{pass[0]} > {pass[1]} > event > create events.events.k8s.io",
            ],
            ignoreOrder: true);
        var reconcile = trace.Spans.Single(s => s.Name == pass[1]);
        reconcile.Tags["kind"].ShouldBe("Widget");
        reconcile.Tags["namespace"].ShouldBe("ns");
        reconcile.Tags["name"].ShouldBe("a");
        reconcile.Tags["result"].ShouldBe("success");
        reconcile.Tags["reconcileId"].ShouldBe(trace.Root.TraceId);
        trace.Spans.Single(s => s.Name == $"apply {Widgets}/status").Tags["code"].ShouldBe("200");
        trace.Root.End.ShouldBeGreaterThanOrEqualTo(reconcile.End);
    }

    [Fact]
    public async Task Semantics_20_A_retry_is_linked_to_the_run_that_failed_and_the_log_names_its_trace()
    {
        await using var collector = OtlpReceiver.Start();
        await using var keeper = new MeteredOperator(To(collector.Endpoint));
        await keeper.RunAsync(failFirst: true);
        await keeper.StopAsync();

        var traces = TracesOf(keeper, collector);

        traces.Select(t => t.Root.Name).ShouldBe([$"watch {Widgets}", "retry"]);
        traces[1].Root.Links.ShouldBe([traces[0].Root.TraceId]);
        keeper.Log.At(LogLevel.Error).ShouldHaveSingleItem().ShouldContain($"({traces[0].Root.TraceId})");
    }

    [Fact]
    public async Task Every_metric_reaches_the_collector()
    {
        await using var collector = OtlpReceiver.Start();
        await using var keeper = new MeteredOperator(To(collector.Endpoint));
        await keeper.RunAsync();
        await keeper.StopAsync();

        collector.Metrics.Where(m => m.Value == RuntimeMetrics.MeterName).Select(m => m.Key).Order()
            .ShouldBe(RuntimeMetricDefinitions.All.Select(d => d.Name).Order());
        collector.Metrics.Values.ShouldContain("System.Runtime");
    }

    [Fact]
    public async Task One_signal_can_be_left_out()
    {
        await using var collector = OtlpReceiver.Start();
        await using var keeper = new MeteredOperator([.. To(collector.Endpoint), ("OTEL_TRACES_EXPORTER", "none")]);
        await keeper.RunAsync();
        await keeper.StopAsync();

        collector.Metrics.ShouldNotBeEmpty();
        collector.Spans.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    public async Task Nothing_is_sent_when_it_is_not_wanted(string name, string value)
    {
        await using var collector = OtlpReceiver.Start();
        await using var keeper = new MeteredOperator([.. To(collector.Endpoint).Where(v => v.Name != name), (name, value)]);
        await keeper.RunAsync();
        await keeper.StopAsync();

        collector.Metrics.ShouldBeEmpty();
        collector.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_collector_that_is_not_there_is_warned_of_once_and_holds_nothing_up()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var endpoint = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();

        (await StopsWithinAsync(endpoint)).At(LogLevel.Warning).Where(l => l.Contains("exported")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_collector_that_never_answers_holds_nothing_up()
    {
        await using var silent = ScriptedHttpServer.Start(exchange => exchange.StallAsync());
        await StopsWithinAsync(silent.Address);
        silent.Requests.ShouldNotBeEmpty();
    }

    private static async Task<Fakes.TestServices.Log> StopsWithinAsync(Uri endpoint)
    {
        await using var keeper = new MeteredOperator([.. To(endpoint), ("OTEL_METRIC_EXPORT_INTERVAL", "100"), ("OTEL_BSP_SCHEDULE_DELAY", "100")]);
        await keeper.RunAsync();
        var started = Stopwatch.GetTimestamp();
        await keeper.StopAsync();

        // Two seconds are given to what is left unsent; a machine that is busy may need some more for the rest.
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        return keeper.Log;
    }

    private static (string Name, string Value)[] To(Uri endpoint) =>
        [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    private static IReadOnlyList<OtlpTrace> TracesOf(MeteredOperator keeper, OtlpReceiver collector) =>
        [.. OtlpTrace.Of(collector.Spans).Where(t => t.Spans.Any(s => s.Name == $"reconcile {keeper.ControllerName}"))];
}
