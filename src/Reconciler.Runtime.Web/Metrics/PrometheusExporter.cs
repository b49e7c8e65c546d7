using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Reconciler.Runtime.Web.Metrics;

/// <summary>
/// Collects what meters measure and writes it in the Prometheus text format (version 0.0.4). Small and our own, because neither
/// prometheus-net nor OpenTelemetry's Prometheus exporter is among the packages that this project builds from; OTLP is there for more.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>The content type of what <see cref="Write"/> returns.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // A label with unbounded values is a bug of whoever set it; it must not eat the process.
    private const int MostSeries = 5000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _instruments = new();

    /// <summary>Starts to listen.</summary>
    /// <param name="meters">Which meters; null for those named Reconciler.* and the .NET runtime's.</param>
    public PrometheusExporter(Func<string, bool>? meters = null)
    {
        meters ??= name => name.StartsWith("Reconciler.", StringComparison.Ordinal) || name == "System.Runtime";
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters(instrument.Meter.Name))
            {
                _instruments[instrument] = new();
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.MeasurementsCompleted = (instrument, state) => _instruments.TryRemove(instrument, out _);
        _listener.SetMeasurementEventCallback<byte>((i, value, tags, _) => Measure(i, value, tags));
        _listener.SetMeasurementEventCallback<short>((i, value, tags, _) => Measure(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Measure(i, value, tags));
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Measure(i, value, tags));
        _listener.SetMeasurementEventCallback<float>((i, value, tags, _) => Measure(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Measure(i, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((i, value, tags, _) => Measure(i, (double)value, tags));
        _listener.Start();
    }

    /// <summary>All metrics as of now.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        var families = _instruments.Where(i => !i.Value.IsEmpty)
            .GroupBy(i => PrometheusName.Of(i.Key), StringComparer.Ordinal).OrderBy(f => f.Key, StringComparer.Ordinal);
        foreach (var family in families)
        {
            var instrument = family.First().Key;
            var type = SeriesType.Of(instrument);
            if (instrument.Description is { Length: > 0 } help)
            {
                text.Append("# HELP ").Append(family.Key).Append(' ').Append(PrometheusName.EscapeHelp(help)).Append('\n');
            }

            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(type).Append('\n');
            foreach (var series in family.SelectMany(i => i.Value).OrderBy(s => s.Key, StringComparer.Ordinal))
            {
                series.Value.Write(text, family.Key, series.Key);
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_instruments.TryGetValue(instrument, out var all))
        {
            return;
        }

        var labels = PrometheusName.Labels(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= MostSeries)
            {
                return;
            }

            series = all.GetOrAdd(labels, static (_, i) => Series.For(i), instrument);
        }

        series.Add(value);
    }
}
