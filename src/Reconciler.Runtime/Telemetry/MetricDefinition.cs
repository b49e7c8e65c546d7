using System.Diagnostics.Metrics;

namespace Reconciler.Runtime.Telemetry;

/// <summary>A metric: its instrument is made from this, and the reference written.</summary>
/// <param name="Name">
/// The same on /metrics and in OTLP, by Prometheus' conventions: base units, at the end <c>_seconds</c> or <c>_bytes</c>, then <c>_total</c> on counters.
/// </param>
/// <param name="Type">What it is.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Labels">All that its series differ by.</param>
public sealed record MetricDefinition(string Name, MetricType Type, string Help, params IReadOnlyList<MetricLabel> Labels)
{
    /// <summary>Bounds of all histograms, in seconds: from a cached answer to a guest that takes its time to shut down.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    };

    /// <summary>Seconds or bytes by UCUM's names, as OpenTelemetry wants them; null for what is counted.</summary>
    public string? Unit => Name.Contains("_seconds", StringComparison.Ordinal) ? "s" : Name.Contains("_bytes", StringComparison.Ordinal) ? "By" : null;

    /// <summary>Its instrument, of type <see cref="MetricType.Counter"/>.</summary>
    public Counter<long> CreateCounter(Meter meter) => Checked(meter, MetricType.Counter).CreateCounter<long>(Name, Unit, Help);

    /// <summary>Its instrument, of type <see cref="MetricType.Histogram"/>; measurements are seconds.</summary>
    public Histogram<double> CreateHistogram(Meter meter) =>
        Checked(meter, MetricType.Histogram).CreateHistogram(Name, Unit, Help, tags: null, Seconds);

    /// <summary>Its instrument, of type <see cref="MetricType.Gauge"/>, asked at each export.</summary>
    public void ObserveGauge(Meter meter, Func<IEnumerable<Measurement<double>>> observe) =>
        Checked(meter, MetricType.Gauge).CreateObservableGauge(Name, observe, Unit, Help);

    /// <summary>Its instrument, of type <see cref="MetricType.Counter"/>, asked at each export for what it has come to.</summary>
    public void ObserveCounter(Meter meter, Func<IEnumerable<Measurement<double>>> observe) =>
        Checked(meter, MetricType.Counter).CreateObservableCounter(Name, observe, Unit, Help);

    private Meter Checked(Meter meter, MetricType type)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return Type == type ? meter : throw new InvalidOperationException($"{Name} is a {Type}, not a {type}.");
    }
}
