using System.Globalization;
using System.Text.RegularExpressions;

namespace Reconciler.Scale.Measuring;

/// <summary>One metric of a page in the Prometheus text format.</summary>
internal sealed partial class MetricSeries
{
    private readonly List<Sample> _samples = [];

    private MetricSeries()
    {
    }

    /// <summary>Reads one metric of the page; an API server's has tens of thousands of lines.</summary>
    public static MetricSeries Parse(string text, string metric)
    {
        var series = new MetricSeries();
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith(metric, StringComparison.Ordinal) || Line().Match(line) is not { Success: true } match || match.Groups["name"].Value != metric)
                continue;
            var labels = Label().Matches(match.Groups["labels"].Value)
                .ToDictionary(l => l.Groups["name"].Value, l => l.Groups["value"].Value, StringComparer.Ordinal);
            series._samples.Add(new Sample(labels, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture)));
        }
        return series;
    }

    /// <summary>The sum over all series.</summary>
    public double Sum => _samples.Sum(s => s.Value);

    /// <summary>The sums by what is made of the labels, over the series whose labels are as asked.</summary>
    public IReadOnlyDictionary<string, double> SumBy(
        Func<IReadOnlyDictionary<string, string>, string> key, Func<IReadOnlyDictionary<string, string>, bool> labels) =>
        _samples.Where(s => labels(s.Labels))
            .GroupBy(s => key(s.Labels), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(s => s.Value), StringComparer.Ordinal);

    [GeneratedRegex("""^(?<name>[A-Za-z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex("""(?<name>\w+)="(?<value>([^"\\]|\\.)*)"(,|$)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();

    private sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);
}
