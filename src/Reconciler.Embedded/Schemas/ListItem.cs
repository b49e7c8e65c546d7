using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Schemas;

/// <summary>How an item of a list is told apart, written as in fieldsV1: <c>k:{"type":"Ready"}</c> or <c>v:"a"</c>.</summary>
internal static class ListItem
{
    /// <summary>Null when the item lacks what tells it apart (the validation says so) or the list is atomic.</summary>
    public static string? ElementOf(JsonNode? item, SchemaNode list)
    {
        switch (list.ListType)
        {
            case ListType.Set when item is JsonValue:
                return $"v:{item.ToJsonString(JsonText.Options)}";
            case ListType.Map when item is JsonObject map:
                var keys = new JsonObject();
                foreach (var key in list.ListMapKeys.Order(StringComparer.Ordinal))
                {
                    var value = map[key] ?? list.Items?.Member(key)?.Default;
                    if (value is null || value.GetValueKind() is JsonValueKind.Object or JsonValueKind.Array) return null;
                    keys[key] = value.DeepClone();
                }

                return $"k:{keys.ToJsonString(JsonText.Options)}";
            default:
                return null;
        }
    }
}
