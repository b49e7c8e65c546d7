using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reconciler.Agent.Commands.Get;

/// <summary>The JSON paths of printer columns: members, indexes, and the filter by one member, <c>[?(@.type=='Ready')]</c>.</summary>
internal static partial class ColumnPath
{
    /// <summary>The value at a path; null when there is none.</summary>
    /// <exception cref="FormatException">The path uses what printer columns of this project don't.</exception>
    public static JsonNode? Evaluate(JsonNode? root, string path)
    {
        var node = root;
        var rest = path;
        while (rest.Length > 0)
        {
            if (Filter().Match(rest) is { Success: true } filter)
            {
                var (name, value) = (filter.Groups["name"].Value, filter.Groups["value"].Value);
                node = (node as JsonArray)?.FirstOrDefault(item => (item as JsonObject)?[name]?.ToString() == value);
                rest = rest[filter.Length..];
            }
            else if (Index().Match(rest) is { Success: true } index)
            {
                node = node is JsonArray list && int.Parse(index.Groups["index"].Value) is var i && i < list.Count ? list[i] : null;
                rest = rest[index.Length..];
            }
            else if (Member().Match(rest) is { Success: true } member)
            {
                node = (node as JsonObject)?[member.Groups["name"].Value];
                rest = rest[member.Length..];
            }
            else
            {
                throw new FormatException($"the column path \"{path}\" is not understood from \"{rest}\" on");
            }
        }

        return node;
    }

    [GeneratedRegex(@"\A\.(?<name>[A-Za-z0-9_-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Member();

    [GeneratedRegex(@"\A\[(?<index>[0-9]{1,6})\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index();

    [GeneratedRegex("""\A\[\?\(@\.(?<name>[A-Za-z0-9_-]+)\s*==\s*['"](?<value>[^'"]*)['"]\)\]""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Filter();
}
