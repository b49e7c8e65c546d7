using Reconciler.Agent.Telemetry;
using Reconciler.Runtime.Telemetry;
using Reconciler.Testing.Lab;
using Reconciler.Testing.Otlp;

namespace Reconciler.Agent.Tests.Telemetry;

/// <summary>What a collector gets from the agent's executable, switched on as a user does it.</summary>
public sealed class AgentTelemetryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-telemetry-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task The_steps_on_the_host_are_spans_of_the_trace_of_the_change_that_caused_them()
    {
        await using var collector = OtlpReceiver.Start();
        await RunOnceAsync(collector.Endpoint);

        var traces = OtlpTrace.Of(collector.Spans);
        traces.ShouldAllBe(t => t.Spans.All(s => s.Service == "edge-agent"));
        var trace = traces.Single(t => t.Spans.Any(s => s.Name == "step CreatePaused"));
        trace.ShouldBeATree();
        trace.Root.Name.ShouldBe("watch domains.xen.reconciler.dev");
        foreach (var step in new[] { "step CreatePaused", "step Unpause" })
            trace.PathOf(trace.Spans.Single(s => s.Name == step)).ShouldBe([trace.Root.Name, "reconcile DomainController", step]);

        // What it came to is written after the last step, in the same trace.
        var write = trace.Spans.Last(s => s.Name == "apply domains.xen.reconciler.dev/status");
        write.Start.ShouldBeGreaterThanOrEqualTo(trace.Spans.Single(s => s.Name == "step Unpause").End);
    }

    [Fact]
    public async Task Every_documented_metric_is_exported_and_no_other()
    {
        await using var collector = OtlpReceiver.Start();
        await RunOnceAsync(collector.Endpoint);

        // Without Kubernetes there is nobody to compete with for a lease, and an agent serves no webhooks.
        var documented = RuntimeMetricDefinitions.All.Concat(AgentMetrics.Definitions).Select(d => d.Name)
            .Where(n => n != "leader_election_master_status" && !n.StartsWith("controller_runtime_webhook_", StringComparison.Ordinal));
        collector.Metrics.Where(m => m.Value.StartsWith("Reconciler.", StringComparison.Ordinal)).Select(m => m.Key).ShouldBe(documented, ignoreOrder: true);
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs/reference/metrics.md"), TestContext.Current.CancellationToken);
        foreach (var name in documented)
            page.ShouldContain($"| `{name}` |");
    }

    private async Task RunOnceAsync(Uri endpoint)
    {
        var manifests = Directory.CreateDirectory(Path.Combine(_root, "manifests")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(manifests, "web.yaml"),
            """
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: Domain
            metadata:
              name: web
            spec:
              memory: { size: 64Mi }
              boot: { kernel: /boot/vmlinuz, cmdline: sim.boot=100ms }
            """);
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = "edge-agent",
        };
        var run = await ExternalProgram.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "reconciler-agent.dll"), "--manifests", manifests, "--state", Path.Combine(_root, "state"), "--host", "simulated", "--once"],
            environment: environment, cancellation: TestContext.Current.CancellationToken);
        (run.ExitCode, run.Error).ShouldBe((0, ""));
    }
}
