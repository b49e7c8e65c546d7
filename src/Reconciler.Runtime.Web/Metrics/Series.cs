using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Reconciler.Runtime.Web.Metrics;

/// <summary>The value of one instrument for one set of labels.</summary>
internal abstract class Series
{
    public static Series For(Instrument instrument) =>
        SeriesType.Of(instrument) == SeriesType.Histogram
            ? new HistogramSeries((instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries)
            : new ValueSeries(SeriesType.IsSum(instrument));

    public abstract void Add(double value);

    public abstract void Write(StringBuilder text, string name, string labels);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private sealed class ValueSeries(bool isSum) : Series
    {
        private readonly Lock _gate = new();
        private double _value;

        public override void Add(double value)
        {
            lock (_gate)
            {
                _value = isSum ? _value + value : value;
            }
        }

        public override void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                Line(text, name, labels, _value);
            }
        }
    }

    private sealed class HistogramSeries : Series
    {
        // Prometheus' defaults, longer at the end: a reconcile may wait for a hypervisor.
        private static readonly double[] Defaults = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

        private readonly Lock _gate = new();
        private readonly double[] _bounds;
        private readonly long[] _counts;
        private double _sum;

        public HistogramSeries(IReadOnlyList<double>? bounds)
        {
            _bounds = bounds is null ? Defaults : [.. bounds];
            _counts = new long[_bounds.Length + 1];
        }

        public override void Add(double value)
        {
            // A bucket holds what is less than or equal to its bound.
            var bucket = Array.BinarySearch(_bounds, value);
            lock (_gate)
            {
                _counts[bucket < 0 ? ~bucket : bucket]++;
                _sum += value;
            }
        }

        public override void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                var prefix = labels.Length > 0 ? labels + "," : "";
                long count = 0;
                for (var i = 0; i < _counts.Length; i++)
                {
                    count += _counts[i];
                    var bound = i < _bounds.Length ? Number(_bounds[i]) : "+Inf";
                    Line(text, name + "_bucket", $"{prefix}le=\"{bound}\"", count);
                }

                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, count);
            }
        }
    }
}
