using System.Globalization;
using System.Text.RegularExpressions;

namespace Reconciler.Manifests.Semantics;

/// <summary>Reads the points from docs/runtime-semantics.md, where people write them.</summary>
public static partial class RuntimePoints
{
    internal const string Source = "docs/runtime-semantics.md";

    /// <summary>The points in the order of the page.</summary>
    /// <param name="root">The root of the repository.</param>
    /// <exception cref="InvalidDataException">A point names no file, or one that is not there.</exception>
    public static IReadOnlyList<RuntimePoint> Read(string root)
    {
        var points = new List<RuntimePoint>();
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(root, Source)))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) section = line[3..];
            else if (Entry().Match(line) is { Success: true } entry)
                points.Add(new RuntimePoint(int.Parse(entry.Groups["number"].Value, CultureInfo.InvariantCulture), entry.Groups["name"].Value, section, []));
            else if (line.StartsWith("    In: ", StringComparison.Ordinal))
                points[^1] = points[^1] with { Files = [.. Quoted().Matches(line).Select(match => match.Groups["text"].Value)] };
        }

        foreach (var point in points)
        {
            if (point.Files.Count == 0) throw new InvalidDataException($"{Source}: point {point.Number} names no file (\"In: `...`\").");
            if (point.Files.FirstOrDefault(file => !File.Exists(Path.Combine(root, file))) is { } missing)
                throw new InvalidDataException($"{Source}: point {point.Number} names {missing}, which is not there.");
        }

        return points;
    }

    [GeneratedRegex(@"^ ?(?<number>\d+)\. \*\*(?<name>.+?)\.?\*\*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Entry();

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
