using System.Text.Json;
using System.Text.Json.Nodes;

namespace Reconciler.Kubernetes.Yaml;

/// <summary>One document of a YAML text as JSON, with the place of each of its nodes; or why it can't be read.</summary>
public sealed class YamlDocument
{
    private readonly IReadOnlyDictionary<string, YamlLocation> _locations;

    internal YamlDocument(JsonNode? root, YamlLocation start, IReadOnlyDictionary<string, YamlLocation> locations)
    {
        Root = root;
        Start = start;
        _locations = locations;
    }

    internal YamlDocument(YamlError error, YamlLocation start)
        : this(root: null, start, new Dictionary<string, YamlLocation>(StringComparer.Ordinal)) => Error = error;

    /// <summary>The document; null when it is the scalar null, or when <see cref="Error"/> is set.</summary>
    public JsonNode? Root { get; }

    /// <summary>Where its first node is.</summary>
    public YamlLocation Start { get; }

    /// <summary>Set when the document can't be read.</summary>
    public YamlError? Error { get; }

    /// <summary>
    /// Where the value at <paramref name="pointer"/> is; when the document has no such value, the nearest of its parents.
    /// </summary>
    /// <param name="pointer">RFC 6901: "/spec/memory/size", "/items/0".</param>
    public YamlLocation Locate(string pointer)
    {
        ArgumentNullException.ThrowIfNull(pointer);
        for (var path = pointer; path.Length > 0; path = path[..path.LastIndexOf('/')])
        {
            if (_locations.TryGetValue(path, out var location)) return location;
            if (!path.Contains('/', StringComparison.Ordinal)) break;
        }

        return Start;
    }

    /// <summary>Where the value is that a <see cref="JsonException"/> complains about.</summary>
    /// <param name="path"><see cref="JsonException.Path"/>: "$.spec.memory", "$.items[0]['a.b']".</param>
    public YamlLocation LocateJsonPath(string? path) => Locate(JsonPaths.ToPointer(path));
}
