namespace Reconciler.Runtime.Telemetry;

/// <summary>What Prometheus calls the kinds of metrics.</summary>
public enum MetricType
{
    /// <summary>Only grows; starts at 0 with the process.</summary>
    Counter,

    /// <summary>A value as of now.</summary>
    Gauge,

    /// <summary>How often values fell into buckets, with their count and sum.</summary>
    Histogram,
}
