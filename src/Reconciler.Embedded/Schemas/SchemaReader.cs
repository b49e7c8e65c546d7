using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Reconciler.Embedded.Schemas;

/// <summary>Reads openAPIV3Schema of a CustomResourceDefinition.</summary>
internal static class SchemaReader
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The schema of a whole object: the given one, with the API server's own schema of metadata.</summary>
    public static SchemaNode ReadObject(JsonObject? openApiSchema)
    {
        var root = openApiSchema is null ? SchemaNode.Any : Read(openApiSchema);
        var properties = new Dictionary<string, SchemaNode>(root.Properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Type = "string" },
            ["kind"] = new() { Type = "string" },
            ["metadata"] = MetadataSchema.Instance,
        };
        return root with { Type = "object", Properties = properties };
    }

    internal static SchemaNode Read(JsonObject schema) => new()
    {
        Type = schema["type"]?.GetValue<string>(),
        Properties = schema["properties"] is JsonObject properties
            ? properties.ToDictionary(p => p.Key, p => Read((JsonObject)p.Value!), StringComparer.Ordinal)
            : new Dictionary<string, SchemaNode>(StringComparer.Ordinal),
        AdditionalProperties = schema["additionalProperties"] is JsonObject additional ? Read(additional) : null,
        Items = schema["items"] is JsonObject items ? Read(items) : null,
        Required = Texts(schema["required"]),
        Enum = schema["enum"] as JsonArray,
        Pattern = schema["pattern"]?.GetValue<string>() is { } pattern ? ReadPattern(pattern) : null,
        Minimum = Number(schema["minimum"]),
        Maximum = Number(schema["maximum"]),
        MinLength = (int?)Number(schema["minLength"]),
        MaxLength = (int?)Number(schema["maxLength"]),
        MinItems = (int?)Number(schema["minItems"]),
        MaxItems = (int?)Number(schema["maxItems"]),
        Format = schema["format"]?.GetValue<string>(),
        Default = schema["default"]?.DeepClone(),
        Nullable = schema["nullable"]?.GetValue<bool>() ?? false,
        PreservesUnknownFields = schema["x-kubernetes-preserve-unknown-fields"]?.GetValue<bool>() ?? false,
        ListType = schema["x-kubernetes-list-type"]?.GetValue<string>() switch
        {
            "map" => ListType.Map,
            "set" => ListType.Set,
            _ => ListType.Atomic,
        },
        ListMapKeys = Texts(schema["x-kubernetes-list-map-keys"]),
        IsAtomic = schema["x-kubernetes-map-type"]?.GetValue<string>() == "atomic",
        ImmutableMessage = ReadImmutableMessage(schema["x-kubernetes-validations"] as JsonArray),
    };

    // CEL's other rules are judged by the controllers, which check everything again before they act.
    private static string? ReadImmutableMessage(JsonArray? rules) =>
        rules?.OfType<JsonObject>().FirstOrDefault(rule => rule["rule"]?.GetValue<string>() == "self == oldSelf")?["message"]?.GetValue<string>();

    // RE2's "$" is the end of the text; .NET's is also the place before a last line feed.
    private static Regex ReadPattern(string pattern) =>
        new(
            pattern.EndsWith('$') ? pattern[..^1] + @"\z" : pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            PatternTimeout);

    private static string[] Texts(JsonNode? list) => list is JsonArray array ? [.. array.Select(item => item!.GetValue<string>())] : [];

    private static decimal? Number(JsonNode? node) => node?.AsValue().TryGetValue<decimal>(out var value) == true
        ? value
        : node is null ? null : decimal.Parse(node.ToJsonString(), System.Globalization.NumberStyles.Float);
}
