using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Embedded.Resources;

namespace Reconciler.Agent.Commands.Get;

/// <summary>Objects of one kind as rows of text: the name, and the columns that the kind declares.</summary>
internal sealed record ResourceTable(IReadOnlyList<string> Headings, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string DefaultNamespace = "default";

    /// <param name="type">The kind.</param>
    /// <param name="objects">The objects, in order.</param>
    /// <param name="isWide">With the columns of lower priority.</param>
    /// <param name="now">Ages are counted to here.</param>
    public static ResourceTable Of(ResourceType type, IReadOnlyList<JsonObject> objects, bool isWide, DateTimeOffset now)
    {
        var columns = type.Columns.Where(c => isWide || c.Priority == 0).ToArray();
        var withNamespace = type.Namespaced && objects.Any(o => Namespace(o) != DefaultNamespace);
        return new ResourceTable(
            [.. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(), "NAME", .. columns.Select(c => c.Name.ToUpperInvariant())],
            [.. objects.Select(o => (string[])[
                .. withNamespace ? [Namespace(o)] : Array.Empty<string>(), Text(o["metadata"]?["name"]),
                .. columns.Select(c => Cell(o, c, now))])]);
    }

    /// <summary>As kubectl prints it: columns three blanks apart.</summary>
    public void Write(TextWriter writer)
    {
        var widths = Headings.Select((heading, i) => Rows.Select(r => r[i].Length).Append(heading.Length).Max()).ToArray();
        foreach (var row in Rows.Prepend(Headings))
        {
            var line = string.Concat(row.Select((cell, i) => cell.PadRight(widths[i] + 3)));
            writer.WriteLine(line.TrimEnd());
        }
    }

    private static string Cell(JsonObject entity, PrinterColumn column, DateTimeOffset now)
    {
        var value = ColumnPath.Evaluate(entity, column.JsonPath);
        if (value is null) return "";
        if (column.Type != "date") return Text(value);
        return DateTimeOffset.TryParse(Text(value), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? HumanDuration.Format(now - time)
            : "<unknown>";
    }

    private static string Namespace(JsonObject entity) => Text(entity["metadata"]?["namespace"]);

    private static string Text(JsonNode? node) =>
        node is null ? "" : node.GetValueKind() is JsonValueKind.Object or JsonValueKind.Array ? node.ToJsonString() : node.ToString();
}
