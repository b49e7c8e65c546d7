using System.Text.Json.Nodes;
using Reconciler.Embedded.Schemas;

namespace Reconciler.Embedded.Ownership;

/// <summary>Puts what a manager applies over what is there, and takes out what nobody owns any more.</summary>
internal static class FieldMerge
{
    /// <summary><paramref name="applied"/> over <paramref name="live"/>; both stay as they are.</summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? applied, SchemaNode schema)
    {
        switch (live, applied)
        {
            case (JsonObject a, JsonObject b) when !schema.IsAtomic:
                var map = (JsonObject)a.DeepClone();
                foreach (var (name, value) in b) map[name] = Merge(a[name], value, schema.Member(name) ?? SchemaNode.Any);
                return map;
            case (JsonArray a, JsonArray b) when schema.ListType != ListType.Atomic:
                return MergeItems(a, b, schema);
            default:
                return applied?.DeepClone();
        }
    }

    /// <summary>
    /// Removes from <paramref name="value"/>, in place, the fields of <paramref name="gone"/> of which nothing is in <paramref name="kept"/>.
    /// </summary>
    /// <remarks>
    /// A named struct whose owned fields are all gone goes with them, whatever defaults it still holds (structured-merge-diff:
    /// EnsureNamedFieldsAreMembers in merge/update.go).
    /// </remarks>
    public static void Remove(JsonNode? value, FieldSet gone, FieldSet kept, SchemaNode schema)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (element, below) in gone.Children)
                {
                    var name = element[2..];
                    if (element[0] != 'f' || !map.TryGetPropertyValue(name, out var child)) continue;
                    var keep = kept.Child(element);
                    if (keep.IsEmpty && (below.IsMember || schema.Properties.ContainsKey(name))) map.Remove(name);
                    else Remove(child, below, keep, schema.Member(name) ?? SchemaNode.Any);
                }

                break;
            case JsonArray list when schema.ListType != ListType.Atomic:
                for (var i = list.Count - 1; i >= 0; i--)
                {
                    if (ListItem.ElementOf(list[i], schema) is not { } element || !gone.Children.TryGetValue(element, out var below))
                        continue;
                    var keep = kept.Child(element);
                    if (keep.IsEmpty && below.IsMember) list.RemoveAt(i);
                    else Remove(list[i], below, keep, schema.Items ?? SchemaNode.Any);
                }

                break;
        }
    }

    // Items that are there keep their places; new ones follow in the order in which they were applied.
    private static JsonArray MergeItems(JsonArray live, JsonArray applied, SchemaNode schema)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new JsonArray();
        foreach (var item in live)
        {
            if (ListItem.ElementOf(item, schema) is { } element) places[element] = result.Count;
            result.Add(item?.DeepClone());
        }

        foreach (var item in applied)
        {
            if (ListItem.ElementOf(item, schema) is { } element && places.TryGetValue(element, out var place))
            {
                result[place] = Merge(result[place], item, schema.Items ?? SchemaNode.Any);
            }
            else
            {
                // A key that comes twice stays twice: the validation names it.
                result.Add(item?.DeepClone());
            }
        }

        return result;
    }
}
