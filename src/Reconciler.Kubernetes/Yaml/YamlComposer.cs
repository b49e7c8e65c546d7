using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Reconciler.Kubernetes.Yaml;

/// <summary>Builds the JSON of one document from the parser's events, and remembers where each value was.</summary>
/// <remarks>Works on events: the library's deserializer needs reflection, and its representation model keeps no duplicate keys.</remarks>
internal sealed class YamlComposer(IParser parser, int lineOffset)
{
    // Aliases can make a small text grow without bound ("billion laughs"); a manifest or kubeconfig is far below these.
    private const int MaxDepth = 200;
    private const int MaxNodes = 500_000;

    private readonly Dictionary<string, YamlLocation> _locations = new(StringComparer.Ordinal);
    private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
    private int _depth;
    private int _nodes;

    internal IReadOnlyDictionary<string, YamlLocation> Locations => _locations;

    internal YamlLocation Current => LocationOf(parser.Current!);

    internal bool IsAtEmptyDocument =>
        parser.Current is Scalar { Value.Length: 0, Style: ScalarStyle.Plain, Anchor.IsEmpty: true, Tag: { IsEmpty: true } };

    /// <summary>Reads the node that the parser is at and moves to what follows it.</summary>
    internal JsonNode? ReadNode(string pointer)
    {
        var start = parser.Current!;
        _locations[pointer] = LocationOf(start);
        Count(start, 1);
        if (start is AnchorAlias alias) return Expand(alias);

        if (++_depth > MaxDepth) throw Error(start, $"values are nested deeper than {MaxDepth} levels");
        JsonNode? node = start switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart sequence => ReadSequence(sequence, pointer),
            MappingStart mapping => ReadMapping(mapping, pointer),
            _ => throw Error(start, "a value is expected here"),
        };
        _depth--;

        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor }) _anchors[anchor] = node;
        return node;
    }

    private JsonNode? Expand(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var node)) throw Error(alias, $"the alias *{alias.Value} has no anchor before it");
        Count(alias, CountNodes(node));
        parser.MoveNext();
        return node?.DeepClone();
    }

    private JsonNode? ReadScalar(Scalar scalar)
    {
        parser.MoveNext();
        try
        {
            return YamlScalar.Resolve(scalar).ToJson();
        }
        catch (FormatException exception)
        {
            throw Error(scalar, exception.Message);
        }
    }

    private JsonArray ReadSequence(SequenceStart start, string pointer)
    {
        RejectTag(start, "seq");
        parser.MoveNext();
        var array = new JsonArray();
        while (parser.Current is not SequenceEnd) array.Add(ReadNode($"{pointer}/{array.Count}"));
        parser.MoveNext();
        return array;
    }

    private JsonObject ReadMapping(MappingStart start, string pointer)
    {
        RejectTag(start, "map");
        parser.MoveNext();
        var result = new JsonObject();
        List<JsonObject>? merges = null;
        while (parser.Current is not MappingEnd)
        {
            var keyEvent = parser.Current!;
            if (keyEvent is not Scalar scalar) throw Error(keyEvent, "a key is a plain string, not a list, a map or an alias");
            parser.MoveNext();

            if (scalar is { Value: "<<", Style: ScalarStyle.Plain })
            {
                ReadMerge(merges ??= [], pointer);
                continue;
            }

            var key = KeyOf(scalar);
            if (result.ContainsKey(key)) throw Error(scalar, $"the key \"{key}\" comes twice in this map");
            result[key] = ReadNode($"{pointer}/{JsonPaths.Escape(key)}");
        }

        parser.MoveNext();

        // Merged keys never win over the map's own, and the first merge wins over the next.
        foreach (var (key, value) in merges?.SelectMany(merge => merge) ?? [])
            if (!result.ContainsKey(key)) result[key] = value?.DeepClone();
        return result;
    }

    private void ReadMerge(List<JsonObject> merges, string pointer)
    {
        var start = parser.Current!;

        switch (ReadNode($"{pointer}/<<"))
        {
            case JsonObject map:
                merges.Add(map);
                break;
            case JsonArray list when list.All(item => item is JsonObject):
                merges.AddRange(list.Select(item => (JsonObject)item!));
                break;
            default:
                throw Error(start, "a merge (<<) takes a map, or a list of maps");
        }
    }

    private string KeyOf(Scalar scalar)
    {
        try
        {
            return YamlScalar.Resolve(scalar).ToKey();
        }
        catch (FormatException exception)
        {
            throw Error(scalar, exception.Message);
        }
    }

    private void RejectTag(NodeEvent node, string expected)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value != $"tag:yaml.org,2002:{expected}")
            throw Error(node, $"the tag {node.Tag.Value} is not supported");
    }

    private void Count(ParsingEvent at, int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes) throw Error(at, $"the document has more than {MaxNodes} values, aliases counted as what they stand for");
    }

    private static int CountNodes(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Sum(member => CountNodes(member.Value)),
        JsonArray list => 1 + list.Sum(CountNodes),
        _ => 1,
    };

    private YamlFormatException Error(ParsingEvent at, string reason) => new(new YamlError(LocationOf(at), reason));

    private YamlLocation LocationOf(ParsingEvent at) => new((int)at.Start.Line + lineOffset, (int)at.Start.Column);
}
