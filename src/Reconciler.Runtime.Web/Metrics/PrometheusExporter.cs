using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Reconciler.Runtime.Web.Metrics;

/// <summary>
/// Collects what meters measure and writes it in the Prometheus text format (version 0.0.4). Small and our own, because neither
/// prometheus-net nor OpenTelemetry's Prometheus exporter is among the packages that this project builds from.
/// </summary>
/// <remarks>Safe for concurrent use. Measuring takes one short lock per series; nothing is written before somebody asks.</remarks>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>The content type of what <see cref="Write"/> returns.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // A label with unbounded values is a bug of whoever set it; it must not eat the process.
    private const int MostSeries = 2000;

    // Where the rest is counted, so that totals stay true; OpenTelemetry's label for the same.
    private const string Overflow = "otel_metric_overflow=\"true\"";

    // The .NET runtime's own, and its HTTP client's: each request, where rest_client_* has whole calls.
    private static readonly string[] Platform = ["System.Runtime", "System.Net.Http"];

    private readonly Lock _writing = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _instruments = new();

    /// <summary>Listens to the meters named Reconciler.*, the .NET runtime's and its HTTP client's.</summary>
    /// <param name="factory">Meters that another factory has made are another application's in the same process. Null: whoever made them.</param>
    public PrometheusExporter(IMeterFactory? factory = null)
        : this(meter => Platform.Contains(meter.Name)
            || (meter.Name.StartsWith("Reconciler.", StringComparison.Ordinal) && (factory is null || ReferenceEquals(meter.Scope, factory))))
    {
    }

    /// <summary>Listens to some meters.</summary>
    public PrometheusExporter(Func<Meter, bool> meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters(instrument.Meter))
            {
                _instruments[instrument] = new(StringComparer.Ordinal);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.MeasurementsCompleted = (instrument, _) => _instruments.TryRemove(instrument, out var _);
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
        lock (_writing)
        {
            // What is observed is observed anew: of what has gone, no last value stays behind.
            foreach (var (_, series) in _instruments.Where(i => i.Key.IsObservable))
            {
                series.Clear();
            }

            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            var families = _instruments.Where(i => !i.Value.IsEmpty)
                .GroupBy(i => PrometheusName.Of(i.Key), StringComparer.Ordinal).OrderBy(f => f.Key, StringComparer.Ordinal);
            foreach (var family in families)
            {
                WriteFamily(text, family.Key, [.. family.OrderBy(i => i.Key.Meter.Name, StringComparer.Ordinal)]);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    /// <summary>The format allows one type per name, and each set of labels once; of instruments that differ in no more, that of the first meter by name counts.</summary>
    private static void WriteFamily(StringBuilder text, string name, List<KeyValuePair<Instrument, ConcurrentDictionary<string, Series>>> instruments)
    {
        var first = instruments[0].Key;
        var type = SeriesType.Of(first);
        if (first.Description is { Length: > 0 } help)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(PrometheusName.EscapeHelp(help)).Append('\n');
        }

        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        var all = instruments.Where(i => SeriesType.Of(i.Key) == type).SelectMany(i => i.Value).DistinctBy(s => s.Key, StringComparer.Ordinal);
        foreach (var (labels, series) in all.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            series.Write(text, name, labels);
        }
    }

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_instruments.TryGetValue(instrument, out var all))
        {
            return;
        }

        var labels = PrometheusName.Labels(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            series = all.GetOrAdd(all.Count < MostSeries ? labels : Overflow, static (_, i) => Series.For(i), instrument);
        }

        series.Add(value);
    }
}
