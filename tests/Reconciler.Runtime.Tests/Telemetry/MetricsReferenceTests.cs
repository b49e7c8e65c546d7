using System.Diagnostics.Metrics;
using Reconciler.Runtime.Telemetry;
using Reconciler.Testing.Lab;

namespace Reconciler.Runtime.Tests.Telemetry;

/// <summary>docs/reference/metrics.md is written from <see cref="RuntimeMetricDefinitions"/> (a test of the manifests compares them); here they are held against what is exported.</summary>
public sealed class MetricsReferenceTests
{
    [Fact]
    public async Task What_is_documented_is_exported_and_what_is_exported_is_documented()
    {
        await using var keeper = new MeteredOperator();
        await keeper.RunAsync();

        var text = await keeper.ScrapeAsync();

        var exported = text.Split('\n').Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2])
            .Where(n => !n.StartsWith("dotnet_", StringComparison.Ordinal) && !n.StartsWith("http_", StringComparison.Ordinal) && !n.StartsWith("dns_", StringComparison.Ordinal));
        exported.ShouldBe(RuntimeMetricDefinitions.All.Select(d => d.Name), ignoreOrder: true);
        foreach (var definition in RuntimeMetricDefinitions.All)
        {
            text.ShouldContain($"# HELP {definition.Name} {definition.Help}\n# TYPE {definition.Name} {definition.Type.ToString().ToLowerInvariant()}\n");
        }
    }

    [Fact]
    public void Every_measurement_has_just_the_labels_that_are_documented()
    {
        var definitions = RuntimeMetricDefinitions.All.ToDictionary(d => d.Name);
        using var meters = new Fakes.TestMeters();
        using var listener = new MeterListener();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == meters) listener.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((i, _, tags, _) => Check(i, tags));
        listener.SetMeasurementEventCallback<double>((i, _, tags, _) => Check(i, tags));
        listener.Start();
        var metrics = new RuntimeMetrics(meters);
        metrics.ControllerStarted("c");
        metrics.ReflectorStarted("r");
        metrics.QueueAdded("c");
        metrics.QueueRetried("c");
        metrics.QueueTaken("c", TimeSpan.Zero);
        metrics.QueueDone("c", TimeSpan.Zero);
        metrics.Reconciled("c", "error", TimeSpan.Zero);
        metrics.Listed("r");
        metrics.StatusWrite("r", written: true);
        metrics.Event("written");
        metrics.Requested("get", "r", "200", TimeSpan.Zero);
        metrics.Reviewed("/validate/r", 200, TimeSpan.Zero);
        metrics.ObserveQueue("c", () => default);
        metrics.ObserveWorkers("c", 1, () => 0);
        metrics.ObserveStore("r", () => 0);
        metrics.ObserveLeader("l", () => true);
        listener.RecordObservableInstruments();

        seen.ShouldBe(definitions.Keys, ignoreOrder: true);

        void Check(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            seen.Add(instrument.Name);
            tags.ToArray().Select(t => t.Key).ShouldBe(definitions[instrument.Name].Labels.Select(l => l.Name), ignoreOrder: true, instrument.Name);
        }
    }

    [Fact]
    [Trait("Category", "Lab")]
    public async Task Promtool_accepts_what_is_exported()
    {
        var promtool = (await ExternalProgram.RunAsync("bash", ["tests/lab/prometheus/prepare.sh"], cancellation: TestContext.Current.CancellationToken)).OutputOrThrow().Trim();
        await using var keeper = new MeteredOperator();
        await keeper.RunAsync(failFirst: true);
        var text = await keeper.ScrapeAsync();
        text.ShouldContain("dotnet_assembly_number");
        text.ShouldContain("http_client_request_duration_seconds");

        var check = await ExternalProgram.RunAsync(promtool, ["check", "metrics"], text, cancellation: TestContext.Current.CancellationToken);

        (check.ExitCode, check.Error + check.Output).ShouldBe((0, ""));
    }
}
