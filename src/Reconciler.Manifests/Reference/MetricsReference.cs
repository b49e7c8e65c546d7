using System.Globalization;
using System.Text;
using Reconciler.Agent.Telemetry;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Manifests.Reference;

/// <summary>Writes the reference of the metrics from their definitions.</summary>
internal static class MetricsReference
{
    public const string Path = "docs/reference/metrics.md";

    public static GeneratedFile Write()
    {
        var page = new StringBuilder("<!-- Generated from the metrics' definitions by `make generate`; change them, not this file. -->\n");
        page.Append(
            """
            # Metrics

            Of the operator and of every agent, under the same names by both ways: on `/metrics` (`--health-port`), in Prometheus' text format, and by OTLP
            ([how to switch it on, and traces](../telemetry.md)). Times are seconds. Names of client-go and controller-runtime are used where they have one.
            Labels name kinds, controllers and results, never objects: the number of series does not grow with the number of objects.

            Besides these there are the metrics of the .NET runtime (`dotnet_*`, of the meter `System.Runtime`) and of its HTTP client (`http_client_*`, of `System.Net.Http`:
            each request, with those that were repeated, where `rest_client_*` counts whole calls).

            """);
        Append(page, "Operator and agent", RuntimeMetricDefinitions.All);
        Append(page, "Agent", AgentMetrics.Definitions);
        return new GeneratedFile(Path, page.ToString());
    }

    private static void Append(StringBuilder page, string title, IEnumerable<MetricDefinition> metrics)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| metric | type | | labels |\n|---|---|---|---|\n");
        foreach (var metric in metrics)
        {
            var labels = string.Join("<br>", metric.Labels.Select(label => $"`{label.Name}`: {label.Meaning}"));
            page.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}` | {metric.Type.ToString().ToLowerInvariant()} | {metric.Help} | {labels} |\n");
        }
    }
}
