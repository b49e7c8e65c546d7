using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Web.Metrics;

namespace Reconciler.Runtime.Tests.Web;

public sealed partial class PrometheusExporterTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly Meter _meter;
    private readonly PrometheusExporter _exporter;

    public PrometheusExporterTests()
    {
        _meter = _meters.Create(new MeterOptions("Reconciler.Tests"));
        _exporter = new PrometheusExporter(meter => meter.Scope == _meters);
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _meters.Dispose();
    }

    /// <summary>The text format's grammar (prometheus.io/docs/instrumenting/exposition_formats), read back: what was measured is what a scraper gets.</summary>
    [Fact]
    public void Whatever_a_label_holds_a_scraper_reads_it_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            ArbMap.Default.ArbFor<(NonNull<string> Name, NonNull<string> Help, (NonNull<string> Key, string? Value)[] Tags, NormalFloat Amount)>(),
            measured =>
            {
                using var meters = new TestMeters();
                using var exporter = new PrometheusExporter(meter => meter.Scope == meters);
                var instrument = meters.Create(new MeterOptions("fuzz")).CreateUpDownCounter<double>(measured.Name.Get, "s", measured.Help.Get);
                instrument.Add((double)measured.Amount, [.. measured.Tags.Select(t => new KeyValuePair<string, object?>(t.Key.Get, t.Value))]);

                var sample = Scrape(exporter.Write()).Single();

                sample.Name.ShouldEndWith("_seconds");
                sample.Value.ShouldBe((double)measured.Amount);
                sample.Labels.Keys.ShouldBeUnique();
                foreach (var (key, value) in measured.Tags)
                {
                    sample.Labels.Values.ShouldContain(v => v.Contains(value ?? "", StringComparison.Ordinal), key.Get);
                }
            }));

    [Theory]
    [InlineData("quote \" backslash \\ newline \n end", "quote \\\" backslash \\\\ newline \\n end")]
    [InlineData("\\n", "\\\\n")]
    [InlineData("{},= #", "{},= #")]
    [InlineData("naïve 🚀", "naïve 🚀")]
    public void What_would_end_a_label_value_is_escaped(string value, string written)
    {
        _meter.CreateCounter<int>("odd").Add(1, new KeyValuePair<string, object?>("l", value));
        _exporter.Write().ShouldBe($"# TYPE odd_total counter\nodd_total{{l=\"{written}\"}} 1\n");
    }

    [Fact]
    public void Tags_that_become_one_label_share_it()
    {
        _meter.CreateCounter<int>("c").Add(1, new("a.b", "2"), new("a_b", "1"));
        _exporter.Write().ShouldContain("c_total{a_b=\"1;2\"} 1\n");
    }

    [Fact]
    public void A_tag_named_as_the_buckets_label_does_not_break_a_histogram()
    {
        _meter.CreateHistogram<double>("h").Record(1, new KeyValuePair<string, object?>("le", "mine"));
        var text = _exporter.Write();
        text.ShouldContain("h_bucket{_le=\"mine\",le=\"+Inf\"} 1\n");
        text.ShouldContain("h_count{_le=\"mine\"} 1\n");
    }

    [Fact]
    public void Numbers_are_written_so_that_nothing_of_them_is_lost()
    {
        var value = 0d;
        _meter.CreateObservableGauge("g", () => value);
        foreach (var (number, written) in new[]
                 {
                     (double.PositiveInfinity, "+Inf"), (double.NegativeInfinity, "-Inf"), (double.NaN, "NaN"), (0.1, "0.1"), (1e300, "1E+300"), (double.Epsilon, "5E-324"),
                 })
        {
            value = number;
            _exporter.Write().ShouldBe($"# TYPE g gauge\ng {written}\n");
        }
    }

    [Fact]
    public void Of_what_is_not_observed_any_more_no_last_value_stays_behind()
    {
        List<string> queues = ["a", "b"];
        _meter.CreateObservableGauge("depth", () => queues.Select(q => new Measurement<int>(1, new KeyValuePair<string, object?>("queue", q))));
        _exporter.Write().ShouldContain("depth{queue=\"a\"} 1");
        queues.Remove("a");
        _exporter.Write().ShouldBe("# TYPE depth gauge\ndepth{queue=\"b\"} 1\n");
    }

    [Fact]
    public void Two_meters_with_the_same_metric_make_one_family_and_no_series_twice()
    {
        var other = _meters.Create(new MeterOptions("Reconciler.Other"));
        _meter.CreateCounter<int>("done").Add(1, new KeyValuePair<string, object?>("by", "x"));
        other.CreateCounter<int>("done").Add(1, new KeyValuePair<string, object?>("by", "x"));
        other.CreateCounter<int>("done").Add(1, new KeyValuePair<string, object?>("by", "y"));
        other.CreateUpDownCounter<int>("work").Add(7);
        _meter.CreateHistogram<int>("work").Record(1);
        var samples = Scrape(_exporter.Write());
        samples.Select(s => (s.Name, s.Labels.GetValueOrDefault("by"))).ShouldBe([("done_total", "x"), ("done_total", "y"), ("work", null)]);
    }

    [Fact]
    public void Meters_of_another_application_in_the_same_process_are_left_to_it()
    {
        using var others = new TestMeters();
        using var exporter = new PrometheusExporter(_meters);
        others.Create(new MeterOptions("Reconciler.Runtime")).CreateCounter<int>("theirs").Add(1);
        _meter.CreateCounter<int>("ours").Add(1);
        exporter.Write().ShouldContain("ours_total 1\n");
        exporter.Write().ShouldNotContain("theirs");
    }

    [Fact]
    public void Beyond_the_most_series_the_total_stays_true()
    {
        var counter = _meter.CreateCounter<int>("many");
        foreach (var number in Enumerable.Range(0, 5000))
        {
            counter.Add(1, new KeyValuePair<string, object?>("object", number));
        }

        var samples = Scrape(_exporter.Write());
        samples.Count.ShouldBe(2001);
        samples.Sum(s => s.Value).ShouldBe(5000);
        samples.Single(s => s.Labels.ContainsKey("otel_metric_overflow")).Value.ShouldBe(3000);
    }

    [Fact]
    public async Task Scrapes_beside_measurements_and_each_other_are_whole()
    {
        var counter = _meter.CreateCounter<int>("busy");
        _meter.CreateObservableGauge("steady", () => 1);
        using var stop = new CancellationTokenSource();
        var measuring = Task.Run(() =>
        {
            // Once in any case: on a busy machine it may be begun after the last scrape.
            do
            {
                counter.Add(1, new KeyValuePair<string, object?>("n", Random.Shared.Next(50)));
            }
            while (!stop.IsCancellationRequested);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                Scrape(_exporter.Write()).ShouldContain(s => s.Name == "steady" && s.Value == 1);
            }
        })));
        await stop.CancelAsync();
        await measuring;
        Scrape(_exporter.Write()).Where(s => s.Name == "busy_total").ShouldNotBeEmpty();
    }

    /// <summary>As a scraper reads; fails on a line that the format does not allow.</summary>
    private static List<(string Name, Dictionary<string, string> Labels, double Value)> Scrape(string text)
    {
        text.ShouldEndWith("\n");
        var samples = new List<(string, Dictionary<string, string>, double)>();
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Comment().IsMatch(line))
            {
                continue;
            }

            var match = Sample().Match(line);
            match.Success.ShouldBeTrue($"not a line of the format: {line}");
            var labels = match.Groups["label"].Captures.Zip(match.Groups["value"].Captures)
                .ToDictionary(p => p.First.Value, p => Escape().Replace(p.Second.Value, m => m.Value is "\\n" ? "\n" : m.Value[1..]));
            var number = match.Groups["number"].Value switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                var finite => double.Parse(finite, CultureInfo.InvariantCulture),
            };
            samples.Add((match.Groups["name"].Value, labels, number));
        }

        return samples;
    }

    [GeneratedRegex("^# (HELP|TYPE) [a-zA-Z_:][a-zA-Z0-9_:]* ", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\\n]|\\["\\n])*)"(,|(?=\})))+\})? (?<number>\S+)$""",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Sample();

    [GeneratedRegex(@"\\.", RegexOptions.None, 10_000)]
    private static partial Regex Escape();
}
