using System.Globalization;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Patching;

/// <summary>Applies RFC 6902 patches.</summary>
internal static class JsonPatchApplier
{
    /// <summary>The patched document; <paramref name="document"/> stays as it is.</summary>
    /// <exception cref="JsonPatchException">A test failed or a path leads nowhere.</exception>
    public static JsonNode? Apply(JsonNode document, JsonArray operations)
    {
        JsonNode? root = document.DeepClone();
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var path = operation["path"]?.GetValue<string>() ?? throw new JsonPatchException("an operation has no path");
            switch (operation["op"]?.GetValue<string>())
            {
                case "test":
                    // Absent counts as null, as in the API server's library: a finalizer list is tested for absence with it.
                    var found = TryGet(root, path, out var value) ? value : null;
                    if (!JsonNode.DeepEquals(found, operation["value"])) throw new JsonPatchException($"testing value {path} failed");
                    break;
                case "add":
                    Add(ref root, path, operation["value"]?.DeepClone());
                    break;
                case "replace":
                    if (path.Length > 0) Remove(root, path);
                    Add(ref root, path, operation["value"]?.DeepClone());
                    break;
                case "remove":
                    Remove(root, path);
                    break;
                case "move":
                    var moved = Get(root, From(operation)).DeepCloneOrNull();
                    Remove(root, From(operation));
                    Add(ref root, path, moved);
                    break;
                case "copy":
                    Add(ref root, path, Get(root, From(operation)).DeepCloneOrNull());
                    break;
                default:
                    throw new JsonPatchException($"unexpected kind: {operation["op"]}");
            }
        }

        return root;
    }

    private static JsonNode? DeepCloneOrNull(this JsonNode? node) => node?.DeepClone();

    private static string From(JsonObject operation) =>
        operation["from"]?.GetValue<string>() ?? throw new JsonPatchException("an operation has no from");

    private static void Add(ref JsonNode? root, string path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return;
        }

        var (parent, last) = Parent(root, path);
        switch (parent)
        {
            case JsonObject map:
                map[last] = value;
                break;
            case JsonArray list when last == "-":
                list.Add(value);
                break;
            case JsonArray list when Index(last, list.Count) is { } index:
                list.Insert(index, value);
                break;
            default:
                throw new JsonPatchException($"add operation does not apply: doc is missing path: {path}");
        }
    }

    private static void Remove(JsonNode? root, string path)
    {
        var (parent, last) = Parent(root, path);
        switch (parent)
        {
            case JsonObject map when map.Remove(last):
                return;
            case JsonArray list when Index(last, list.Count - 1) is { } index:
                list.RemoveAt(index);
                return;
            default:
                throw new JsonPatchException($"remove operation does not apply: doc is missing path: {path}");
        }
    }

    private static JsonNode? Get(JsonNode? root, string path) =>
        TryGet(root, path, out var value) ? value : throw new JsonPatchException($"doc is missing path: {path}");

    private static (JsonNode? Parent, string Last) Parent(JsonNode? root, string path)
    {
        var slash = path.LastIndexOf('/');
        if (slash < 0) throw new JsonPatchException($"a path begins with \"/\": {path}");
        return (Get(root, path[..slash]), Unescape(path[(slash + 1)..]));
    }

    private static bool TryGet(JsonNode? root, string path, out JsonNode? value)
    {
        value = root;
        foreach (var part in path.Split('/').Skip(1))
        {
            switch (value)
            {
                case JsonObject map when map.TryGetPropertyValue(Unescape(part), out var member):
                    value = member;
                    break;
                case JsonArray list when Index(part, list.Count - 1) is { } index:
                    value = list[index];
                    break;
                default:
                    value = null;
                    return false;
            }
        }

        return true;
    }

    private static int? Index(string text, int last) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= last ? index : null;

    private static string Unescape(string part) =>
        part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
