using System.Text.Json.Nodes;

namespace Reconciler.Manifests.Schema;

/// <summary>Writes a schema as apiextensions.k8s.io/v1 has it. Members come in a fixed order, so that the output is the same each time.</summary>
internal static class SchemaJson
{
    /// <summary>Descriptions are broken into lines of this many characters, so that a change of one shows as a change of a line or two.</summary>
    private const int LineLength = 100;

    public static JsonObject Write(SchemaNode schema)
    {
        var json = new JsonObject();
        Set(json, "description", schema.Description is null ? null : TextLines.Wrap(schema.Description, LineLength));
        Set(json, "type", schema.Type);
        Set(json, "format", schema.Format);
        Set(json, "enum", Strings(schema.Enum.Select(value => value.Value)));
        Set(json, "default", schema.Default?.DeepClone());
        Set(json, "pattern", schema.Pattern);
        Set(json, "minimum", schema.Minimum);
        Set(json, "maximum", schema.Maximum);
        var isList = schema.Type == "array";
        Set(json, isList ? "minItems" : "minLength", schema.MinLength);
        Set(json, isList ? "maxItems" : "maxLength", schema.MaxLength);
        if (isList) Set(json, "x-kubernetes-list-type", schema.ListMapKeys is null ? "atomic" : "map");
        Set(json, "x-kubernetes-list-map-keys", Strings(schema.ListMapKeys ?? []));
        if (schema.IsAtomic) Set(json, "x-kubernetes-map-type", "atomic");
        Set(json, "items", schema.Items is null ? null : Write(schema.Items));
        Set(json, "additionalProperties", schema.AdditionalProperties is null ? null : Write(schema.AdditionalProperties));
        Set(json, "properties", Properties(schema.Properties));
        Set(json, "required", Strings(schema.Properties.Where(property => property.Required).Select(property => property.Name)));
        Set(json, "x-kubernetes-validations", Rules(schema.Rules));
        return json;
    }

    private static void Set(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null) json[name] = value;
    }

    private static JsonArray? Strings(IEnumerable<string> values) => values.Any() ? [.. values.Select(value => JsonValue.Create(value))] : null;

    private static JsonObject? Properties(IReadOnlyList<SchemaProperty> properties) => properties.Count == 0
        ? null
        : new JsonObject(properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Write(property.Schema))));

    private static JsonArray? Rules(IReadOnlyList<(string Rule, string Message)> rules) => rules.Count == 0
        ? null
        : [.. rules.Select(rule => new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message })];
}
