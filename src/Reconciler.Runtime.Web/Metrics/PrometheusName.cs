using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Reconciler.Runtime.Web.Metrics;

/// <summary>Names and labels as Prometheus wants them.</summary>
internal static class PrometheusName
{
    /// <summary>Letters, digits and underscores; the unit at the end; "_total" on counters.</summary>
    public static string Of(Instrument instrument)
    {
        var name = Clean(instrument.Name);
        var type = SeriesType.Of(instrument);
        name = Without(name, "_total");
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        if (type == SeriesType.Counter)
        {
            return name + "_total";
        }

        // The end that a histogram's own series have (dotnet.assembly.count is a gauge).
        return type == SeriesType.Gauge && name.EndsWith("_count", StringComparison.Ordinal) ? Without(name, "_count") + "_number" : name;
    }

    /// <summary><c>a="1",b="2"</c>, ordered by name; empty for none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var ordered = new (string Name, string Value)[tags.Length];
        for (var i = 0; i < tags.Length; i++)
        {
            ordered[i] = (Clean(tags[i].Key), Convert.ToString(tags[i].Value, CultureInfo.InvariantCulture) ?? "");
        }

        Array.Sort(ordered, static (a, b) => string.CompareOrdinal(a.Name, b.Name) is not 0 and var order ? order : string.CompareOrdinal(a.Value, b.Value));
        var text = new StringBuilder();
        for (var i = 0; i < ordered.Length; i++)
        {
            var value = EscapeValue(ordered[i].Value);
            if (i > 0 && ordered[i].Name == ordered[i - 1].Name)
            {
                // Two tags may have become one label; then it holds the values of both, as OpenTelemetry has it.
                text.Insert(text.Length - 1, ";" + value);
                continue;
            }

            text.Append(i == 0 ? "" : ",").Append(ordered[i].Name).Append("=\"").Append(value).Append('"');
        }

        return text.ToString();
    }

    public static string EscapeHelp(string text) => text.Replace("\\", "\\\\").Replace("\n", "\\n");

    private static string EscapeValue(string text) => EscapeHelp(text).Replace("\"", "\\\"");

    private static string Without(string name, string end) => name.EndsWith(end, StringComparison.Ordinal) && name.Length > end.Length ? name[..^end.Length] : name;

    /// <summary>A label "le" is a histogram's own, and one that is empty is none.</summary>
    private static string Clean(string name) => name switch
    {
        "" => "_",
        "le" => "_le",
        _ => string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetter(source[i]) || (i > 0 && char.IsAsciiDigit(source[i])) ? source[i] : '_';
            }
        }),
    };
}
