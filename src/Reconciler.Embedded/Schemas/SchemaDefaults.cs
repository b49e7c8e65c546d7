using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Schemas;

/// <summary>Fills in the static defaults of a schema, as the API server does: outside in, and never over a value that is there.</summary>
internal static class SchemaDefaults
{
    public static void Apply(JsonNode? value, SchemaNode schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, property) in schema.Properties)
                {
                    // A null where none is allowed counts as absent when there is a default.
                    if (property.Default is { } missing && (
                        !map.TryGetPropertyValue(name, out var present) || (present is null && !property.Nullable)))
                        map[name] = missing.DeepClone();
                }

                foreach (var (name, child) in map)
                    if (schema.Member(name) is { } member) Apply(child, member);
                break;
            case JsonArray list when schema.Items is { } items:
                foreach (var item in list) Apply(item, items);
                break;
        }
    }
}
