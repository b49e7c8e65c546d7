using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>The body of a server-side apply.</summary>
/// <remarks>
/// Members that are empty strings are left out: API server 1.20 makes them null when it merges, and then refuses them by their own
/// schema ("must be of type string: null"; seen on 1.20.2). By the API's conventions an absent string and an empty one mean the same.
/// </remarks>
internal static class ApplyBody
{
    internal static byte[] Of<T>(T entity)
        where T : class, IResource<T>
    {
        var json = TypeMeta.Serialize(entity);
        if (json.AsSpan().IndexOf(":\"\""u8) < 0) return json;

        var node = JsonNode.Parse(json)!;
        RemoveEmptyStrings(node);
        return Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    private static void RemoveEmptyStrings(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (value is JsonValue && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0) members.Remove(name);
                    else RemoveEmptyStrings(value);
                }

                break;
            case JsonArray elements:
                foreach (var element in elements) RemoveEmptyStrings(element);
                break;
        }
    }
}
