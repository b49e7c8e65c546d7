using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Storage;

/// <summary>One version of an object: immutable, kept as the bytes that are decoded and written.</summary>
internal sealed record StoredObject
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>(StringComparer.Ordinal);

    public required ObjectKey Key { get; init; }

    public required string Uid { get; init; }

    public required long ResourceVersion { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required ReadOnlyMemory<byte> Json { get; init; }

    /// <exception cref="JsonException">It is not an object with a name, a uid and a resource version.</exception>
    public static StoredObject From(string type, JsonObject entity)
    {
        if (entity["metadata"] is not JsonObject metadata) throw new JsonException("The object has no metadata.");
        return new StoredObject
        {
            Key = new ObjectKey(
                type, Text(metadata, "namespace"), Text(metadata, "name") ?? throw new JsonException("The object has no name.")),
            Uid = Text(metadata, "uid") ?? throw new JsonException("The object has no uid."),
            ResourceVersion = long.TryParse(
                Text(metadata, "resourceVersion"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : throw new JsonException("The object has no resource version."),
            Labels = metadata["labels"] is JsonObject labels
                ? labels.ToDictionary(l => l.Key, l => l.Value?.GetValue<string>() ?? "", StringComparer.Ordinal)
                : NoLabels,
            Json = JsonText.ToUtf8(entity),
        };
    }

    /// <summary>A copy to read or change.</summary>
    public JsonObject ToNode() => JsonText.ParseObject(Json.Span);

    private static string? Text(JsonObject metadata, string name) =>
        metadata[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
