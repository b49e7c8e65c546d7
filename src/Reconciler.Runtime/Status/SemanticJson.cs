using System.Text.Json.Nodes;

namespace Reconciler.Runtime.Status;

/// <summary>Compares what is to be applied with what is there, as server-side apply would merge it.</summary>
internal static class SemanticJson
{
    /// <summary>
    /// True when <paramref name="actual"/> already holds everything of <paramref name="wanted"/>. Objects may hold more (the fields of other
    /// managers); lists must be equal, but for "conditions", which are a map by "type".
    /// </summary>
    public static bool Contains(JsonNode? actual, JsonNode? wanted) => (actual, wanted) switch
    {
        (JsonObject a, JsonObject w) => w.All(field => field.Value is null
            ? a[field.Key] is null
            : field.Key == "conditions" ? ContainsByType(a[field.Key], field.Value) : Contains(a[field.Key], field.Value)),
        (JsonArray a, JsonArray w) => a.Count == w.Count && a.Zip(w).All(pair => JsonNode.DeepEquals(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(actual, wanted),
    };

    private static bool ContainsByType(JsonNode? actual, JsonNode wanted) =>
        actual is JsonArray a && wanted is JsonArray w
            ? w.All(condition => a.Any(c => Type(c) == Type(condition) && Contains(c, condition)))
            : Contains(actual, wanted);

    private static string? Type(JsonNode? condition) => (condition as JsonObject)?["type"]?.GetValue<string>();
}
