using System.Text.Json.Nodes;
using Reconciler.Embedded.Schemas;

namespace Reconciler.Embedded.Ownership;

/// <summary>Which fields a value has, and in which fields two values differ.</summary>
internal static class FieldPaths
{
    /// <summary>The fields that somebody who applies <paramref name="value"/> owns.</summary>
    /// <remarks>As structured-merge-diff's ToFieldSet: leaves, empty maps, and each item of an associative list with its fields.</remarks>
    public static FieldSet Of(JsonNode? value, SchemaNode schema)
    {
        switch (value)
        {
            case JsonObject map when !schema.IsAtomic:
                var fields = FieldSet.Empty;
                foreach (var (name, child) in map)
                {
                    var below = Of(child, schema.Member(name) ?? SchemaNode.Any);
                    if (child is JsonObject { Count: 0 }) below = below.WithMember(isMember: true);
                    fields = fields.WithChild($"f:{name}", below);
                }

                return fields;
            case JsonArray list when schema.ListType != ListType.Atomic:
                var items = FieldSet.Empty;
                foreach (var item in list)
                {
                    if (ListItem.ElementOf(item, schema) is { } element)
                        items = items.WithChild(element, Of(item, schema.Items ?? SchemaNode.Any).WithMember(isMember: true));
                }

                return items;
            default:
                return FieldSet.Self;
        }
    }

    /// <summary>What is new or other in <paramref name="after"/>, and what is gone.</summary>
    public static (FieldSet Changed, FieldSet Removed) Compare(JsonNode? before, JsonNode? after, SchemaNode schema)
    {
        switch (before, after)
        {
            case (JsonObject a, JsonObject b) when !schema.IsAtomic:
                return CompareChildren(
                    a.ToDictionary(m => $"f:{m.Key}", m => m.Value, StringComparer.Ordinal),
                    b.ToDictionary(m => $"f:{m.Key}", m => m.Value, StringComparer.Ordinal),
                    element => schema.Member(element[2..]) ?? SchemaNode.Any);
            case (JsonArray a, JsonArray b) when schema.ListType != ListType.Atomic:
                return CompareChildren(Items(a, schema), Items(b, schema), _ => schema.Items ?? SchemaNode.Any);
            default:
                if (JsonNode.DeepEquals(before, after)) return (FieldSet.Empty, FieldSet.Empty);
                return after is JsonObject or JsonArray || before is JsonObject or JsonArray
                    ? (Of(after, schema).WithMember(isMember: true), Of(before, schema).Except(Of(after, schema)))
                    : (FieldSet.Self, FieldSet.Empty);
        }
    }

    private static (FieldSet Changed, FieldSet Removed) CompareChildren(
        Dictionary<string, JsonNode?> before, Dictionary<string, JsonNode?> after, Func<string, SchemaNode> schemaOf)
    {
        var (changed, removed) = (FieldSet.Empty, FieldSet.Empty);
        foreach (var (element, value) in after)
        {
            if (before.TryGetValue(element, out var old))
            {
                var (c, r) = Compare(old, value, schemaOf(element));
                (changed, removed) = (changed.WithChild(element, c), removed.WithChild(element, r));
            }
            else
            {
                changed = changed.WithChild(element, Whole(element, value, schemaOf(element)));
            }
        }

        foreach (var (element, value) in before)
            if (!after.ContainsKey(element)) removed = removed.WithChild(element, Whole(element, value, schemaOf(element)));
        return (changed, removed);
    }

    private static FieldSet Whole(string element, JsonNode? value, SchemaNode schema)
    {
        var fields = Of(value, schema);
        return value is JsonObject { Count: 0 } || element[0] != 'f' ? fields.WithMember(isMember: true) : fields;
    }

    private static Dictionary<string, JsonNode?> Items(JsonArray list, SchemaNode schema)
    {
        var items = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in list)
            if (ListItem.ElementOf(item, schema) is { } element) items[element] = item;
        return items;
    }
}
