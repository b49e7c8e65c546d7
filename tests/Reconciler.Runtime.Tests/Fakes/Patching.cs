using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>RFC 6902 as far as the runtime uses it: test, add, replace and remove, on members and array elements.</summary>
internal static class Patching
{
    public static void Apply(JsonObject target, JsonPatch patch, Func<string, Exception> refuse)
    {
        foreach (var operation in patch.Operations)
        {
            var path = operation!["path"]!.GetValue<string>();
            var steps = path.Split('/')[1..].Select(s => s.Replace("~1", "/").Replace("~0", "~")).ToArray();
            var parent = steps[..^1].Aggregate((JsonNode?)target, Child) ?? throw refuse($"{path}: no such parent");
            var value = operation["value"]?.DeepClone();
            switch (operation["op"]!.GetValue<string>())
            {
                case "test" when !JsonNode.DeepEquals(Child(parent, steps[^1]), value):
                    throw refuse($"testing value {path} failed");
                case "test":
                    break;
                case "remove":
                    Remove(parent, steps[^1]);
                    break;
                case "add" when parent is JsonArray array && steps[^1] == "-":
                    array.Add(value);
                    break;
                default:
                    parent[steps[^1]] = value;
                    break;
            }
        }
    }

    private static JsonNode? Child(JsonNode? node, string step) => node switch
    {
        JsonArray array => int.TryParse(step, out var index) && index < array.Count ? array[index] : null,
        JsonObject member => member[step],
        _ => null,
    };

    private static void Remove(JsonNode parent, string step)
    {
        if (parent is JsonArray array)
        {
            array.RemoveAt(int.Parse(step));
        }
        else
        {
            ((JsonObject)parent).Remove(step);
        }
    }
}
