using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Web.Endpoints;
using Reconciler.Runtime.Web.Metrics;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Web;

/// <summary>Over a real socket.</summary>
public sealed class EndpointTests : IAsyncLifetime
{
    private readonly VirtualTime _time = new();
    private readonly OperatorHealth _health;
    private readonly Meter _meter = new("Reconciler.Tests.Endpoints");
    private readonly PrometheusExporter _exporter = new(meter => meter.Name == "Reconciler.Tests.Endpoints");
    private readonly OperatorEndpoints _endpoints;
    private readonly HttpClient _http = new();

    public EndpointTests()
    {
        _health = new OperatorHealth(_time);
        _endpoints = new OperatorEndpoints(new EndpointSettings { Address = IPAddress.Loopback, Port = 0 }, _health, _exporter, NullLoggerFactory.Instance);
    }

    public async ValueTask InitializeAsync()
    {
        await _endpoints.StartAsync(TestContext.Current.CancellationToken);
        _http.BaseAddress = new Uri($"http://{_endpoints.Listening}");
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoints.DisposeAsync();
        _http.Dispose();
        _exporter.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task Semantics_38_Healthz_names_the_loop_that_hangs()
    {
        var loop = _health.AddLoop("reflector widgets");
        loop.ExpectWithin(TimeSpan.FromSeconds(30));
        (await GetAsync("/healthz")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        _time.Advance(TimeSpan.FromSeconds(42));
        (await GetAsync("/healthz")).ShouldBe((HttpStatusCode.ServiceUnavailable, "reflector widgets: no progress; overdue by 12 s\n"));
        loop.Idle();
        (await GetAsync("/healthz")).ShouldBe((HttpStatusCode.OK, "ok\n"));
    }

    [Fact]
    public async Task Semantics_38_Readyz_names_what_is_not_ready_and_why()
    {
        string? reason = "not listed yet: 403 Forbidden";
        _health.AddReadiness("store widgets", () => reason);
        _health.AddReadiness("certificate", () => null);
        (await GetAsync("/readyz")).ShouldBe((HttpStatusCode.ServiceUnavailable, "store widgets: not listed yet: 403 Forbidden\n"));
        reason = null;
        (await GetAsync("/readyz")).ShouldBe((HttpStatusCode.OK, "ok\n"));
    }

    [Fact]
    public async Task Metrics_are_in_the_prometheus_text_format()
    {
        _meter.CreateCounter<long>("things.done", description: "Things that\nwere done.").Add(3, new("who", "a \"b\""), new("what", "x"));
        var histogram = _meter.CreateHistogram<double>("work", "s");
        histogram.Record(0.02);
        histogram.Record(0.025);
        histogram.Record(7);
        _meter.CreateObservableGauge("depth", () => new Measurement<int>(5, new KeyValuePair<string, object?>("queue", "q")));

        var (status, text) = await GetAsync("/metrics");
        status.ShouldBe(HttpStatusCode.OK);
        text.ShouldContain("# HELP things_done_total Things that\\nwere done.\n# TYPE things_done_total counter\nthings_done_total{what=\"x\",who=\"a \\\"b\\\"\"} 3\n");
        text.ShouldContain("# TYPE depth gauge\ndepth{queue=\"q\"} 5\n");
        text.ShouldContain("work_seconds_bucket{le=\"0.01\"} 0\nwork_seconds_bucket{le=\"0.025\"} 2\n");
        text.ShouldContain("work_seconds_bucket{le=\"+Inf\"} 3\nwork_seconds_sum 7.045\nwork_seconds_count 3\n");
    }

    [Fact]
    public async Task Anything_else_is_not_found() => (await GetAsync("/")).Status.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Only_reads_are_answered()
    {
        using var content = new StringContent("x");
        (await _http.PostAsync(new Uri("/healthz", UriKind.Relative), content, TestContext.Current.CancellationToken))
            .StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
