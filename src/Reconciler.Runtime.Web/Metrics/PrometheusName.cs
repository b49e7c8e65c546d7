using System.Diagnostics.Metrics;
using System.Text;

namespace Reconciler.Runtime.Web.Metrics;

/// <summary>Names and labels as Prometheus wants them.</summary>
internal static class PrometheusName
{
    /// <summary>Letters, digits and underscores; the unit at the end; "_total" on counters.</summary>
    public static string Of(Instrument instrument)
    {
        var name = Clean(instrument.Name);
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

        return SeriesType.Of(instrument) == SeriesType.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary><c>a="1",b="2"</c>, ordered by name; empty for none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var ordered = tags.ToArray();
        Array.Sort(ordered, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new StringBuilder();
        foreach (var (name, value) in ordered)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(Clean(name)).Append("=\"").Append(EscapeValue(value?.ToString() ?? "")).Append('"');
        }

        return text.ToString();
    }

    public static string EscapeHelp(string text) => text.Replace("\\", "\\\\").Replace("\n", "\\n");

    private static string EscapeValue(string text) => EscapeHelp(text).Replace("\"", "\\\"");

    private static string Clean(string name) =>
        string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetter(source[i]) || (i > 0 && char.IsAsciiDigit(source[i])) ? source[i] : '_';
            }
        });
}
