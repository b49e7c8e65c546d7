using System.Text.Json.Nodes;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>The types of objects, each with its fields: a field that is not among them is an error of the expression.</summary>
internal sealed class CelTypes
{
    private readonly List<(string Name, JsonObject Fields)> _objects = [];

    public string Add(string name, params IEnumerable<(string Name, string Type)> fields)
    {
        _objects.Add((name, [.. fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)field.Type))]));
        return name;
    }

    /// <summary>The type that an API server declares for a schema.</summary>
    /// <param name="schema">Of an openAPIV3Schema.</param>
    /// <param name="name">Of the type, where it is an object: unlike that of any other.</param>
    public string Of(JsonObject schema, string name) => (string?)schema["type"] switch
    {
        "object" when schema["additionalProperties"] is JsonObject values => $"map<string, {Of(values, name + "_value")}>",
        "object" when schema["properties"] is JsonObject properties =>
            Add(name, [.. properties.Select(property => (property.Key, Of(property.Value!.AsObject(), $"{name}_{property.Key}")))]),
        "array" => $"list<{Of(schema["items"]!.AsObject(), name + "_item")}>",
        "string" when (string?)schema["format"] == "date-time" => "google.protobuf.Timestamp",
        "string" => "string",
        "integer" => "int",
        "number" => "double",
        "boolean" => "bool",
        _ => "dyn",
    };

    public JsonArray ToJson() => [.. _objects.Select(type => (JsonNode)new JsonArray(type.Name, type.Fields.DeepClone()))];
}
