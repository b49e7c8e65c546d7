using System.Text.RegularExpressions;

namespace Reconciler.Embedded.Selection;

/// <summary>A label selector: "a=b,c!=d,e in (x,y),f notin (z),g,!h".</summary>
internal sealed partial class LabelSelector
{
    private readonly IReadOnlyList<Requirement> _requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => _requirements = requirements;

    /// <exception cref="FormatException">The text is no selector.</exception>
    public static LabelSelector Parse(string? text)
    {
        var requirements = new List<Requirement>();
        foreach (var part in Split(text ?? "")) requirements.Add(ParseRequirement(part));
        return new LabelSelector(requirements);
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels) => _requirements.All(r => r.Matches(labels));

    private static Requirement ParseRequirement(string part)
    {
        if (Comparison().Match(part) is { Success: true } comparison)
            return new Requirement(
                comparison.Groups["key"].Value, [comparison.Groups["value"].Value], Wants: comparison.Groups["op"].Value != "!=",
                NeedsKey: comparison.Groups["op"].Value != "!=");
        if (Membership().Match(part) is { Success: true } membership)
        {
            var values = membership.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries);
            var wants = membership.Groups["op"].Value == "in";
            return new Requirement(membership.Groups["key"].Value, values, wants, NeedsKey: wants);
        }

        if (Existence().Match(part) is { Success: true } existence)
            return new Requirement(
                existence.Groups["key"].Value, Values: null, Wants: existence.Groups["not"].Length == 0, NeedsKey: false);
        throw new FormatException($"unable to parse requirement \"{part}\"");
    }

    // Commas inside parentheses separate values, not requirements.
    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '(') depth++;
            if (i < text.Length && text[i] == ')') depth--;
            if (i < text.Length && (text[i] != ',' || depth > 0)) continue;
            var part = text[start..i].Trim();
            if (part.Length > 0) yield return part;
            else if (text.Trim().Length > 0) throw new FormatException($"a requirement is missing in \"{text}\"");
            start = i + 1;
        }
    }

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s*(?<op>==|=|!=)\s*(?<value>[\w.-]*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"^(?<key>[\w./-]+)\s+(?<op>in|notin)\s*\((?<values>[\w.,\s-]*)\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Membership();

    [GeneratedRegex(@"^(?<not>!?)\s*(?<key>[\w./-]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Existence();

    /// <param name="Key">The label.</param>
    /// <param name="Values">Null: any.</param>
    /// <param name="Wants">False: none of them.</param>
    /// <param name="NeedsKey">False: an object without the label matches a negative requirement.</param>
    private sealed record Requirement(string Key, string[]? Values, bool Wants, bool NeedsKey)
    {
        public bool Matches(IReadOnlyDictionary<string, string> labels)
        {
            if (!labels.TryGetValue(Key, out var value)) return Values is null ? !Wants : !NeedsKey;
            return Values is null ? Wants : Values.Contains(value, StringComparer.Ordinal) == Wants;
        }
    }
}
