using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>The rules of all definitions in crds/.</summary>
internal static class CrdRules
{
    private static readonly Dictionary<string, JsonObject> Schemas = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "crds"), "*.yaml")
        .Select(file => YamlToJson.ParseSingle(File.ReadAllText(file))!.Root!["spec"]!)
        .ToDictionary(spec => spec["names"]!["kind"]!.GetValue<string>(), Schema, StringComparer.Ordinal);

    public static IReadOnlyList<CrdRule> All { get; } = [.. Schemas.SelectMany(schema => Read(schema.Key, schema.Value, [], 1))];

    /// <summary>The messages of the rules that an object breaks, as an API server would find them: after its defaults are set.</summary>
    public static IReadOnlyList<string> Refusals(string kind, JsonObject now, JsonObject? old = null)
    {
        var (complete, before) = (Complete(kind, now), old is null ? null : Complete(kind, old));
        return
        [
            .. from rule in All
               where rule.Kind == kind
               from value in rule.Values(complete, before)
               where !rule.IsTransition || value.Old is not null
               where !rule.Holds(value.Self, value.Old)
               select rule.Message,
        ];
    }

    /// <summary>Sets the defaults of a schema, outside in, where nothing is given.</summary>
    public static void ApplyDefaults(JsonNode? value, JsonObject schema)
    {
        foreach (var item in value as JsonArray ?? [])
            ApplyDefaults(item, schema["items"]!.AsObject());
        if (value is not JsonObject map) return;
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (property!["default"] is { } missing && !map.ContainsKey(name)) map[name] = missing.DeepClone();
            ApplyDefaults(map[name], property.AsObject());
        }
    }

    private static JsonObject Complete(string kind, JsonObject entity)
    {
        var complete = entity.DeepClone().AsObject();
        ApplyDefaults(complete, Schemas[kind]);
        return complete;
    }

    private static JsonObject Schema(JsonNode spec)
    {
        var schema = spec["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();
        // What an API server shows rules of metadata.
        schema["properties"]!["metadata"]!["properties"] = new JsonObject
        {
            ["name"] = new JsonObject { ["type"] = "string" },
            ["generateName"] = new JsonObject { ["type"] = "string" },
        };
        return schema;
    }

    private static IEnumerable<CrdRule> Read(string kind, JsonObject schema, IReadOnlyList<string> path, ulong? copies) =>
    [
        .. (schema["x-kubernetes-validations"] as JsonArray ?? []).Select(rule => new CrdRule(kind, path, copies, schema, rule!.AsObject())),
        .. (schema["properties"] as JsonObject ?? []).SelectMany(property => Read(kind, property.Value!.AsObject(), [.. path, property.Key], copies)),
        .. schema["items"] is JsonObject items ? Read(kind, items, [.. path, "[]"], copies * ((ulong?)schema["maxItems"]?.GetValue<long>())) : [],
        // No rule is below a map by now; it would need a step of its own.
        .. schema["additionalProperties"] is JsonObject values ? Read(kind, values, [.. path, "*"], copies: null) : [],
    ];
}
