using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Schemas;
using Reconciler.Embedded.Storage;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Embedded.Manifests;

/// <summary>Reads the text of a manifest file: YAML of one or more documents, or JSON. Pure.</summary>
internal sealed class ManifestParser(IReadOnlyList<ResourceType> types)
{
    private const string DefaultNamespace = "default";

    // What a server adds: "kubectl get -o yaml" makes a good manifest as it is.
    private static readonly string[] SystemMetadata =
        ["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"];

    public ManifestFile Parse(string name, string text)
    {
        var problems = new List<ManifestProblem>();
        var documents = new List<ManifestDocument>();
        var broken = false;
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && JsonProblem(name, text) is { } problem)
            return new ManifestFile(name, text, [], [problem], IsBroken: true);
        foreach (var document in YamlToJson.ParseAll(text))
        {
            if (document.Error is { } error)
            {
                problems.Add(new ManifestProblem(name, error.Location.Line, Object: null, error.Reason));
                broken = true;
            }
            else if (Identify(name, document) is { } identified)
            {
                if (identified.Document is { } found) documents.Add(found);
                if (identified.Problem is { } wrong) problems.Add(wrong);
                broken |= identified.Document is null;
            }
        }

        return new ManifestFile(name, text, documents, problems, broken);
    }

    private (ManifestDocument? Document, ManifestProblem? Problem)? Identify(string file, YamlDocument document)
    {
        if (document.Root is null) return null;
        ManifestProblem Wrong(string pointer, string message) => new(file, document.Locate(pointer).Line, Object: null, message);
        if (document.Root is not JsonObject root) return (null, Wrong("", "a document is a map that begins with apiVersion and kind"));

        if (Text(root["kind"]) is not { } kind) return (null, Wrong("/kind", "kind is missing: Domain, for example"));
        if (Text(root["apiVersion"]) is not { } apiVersion)
            return (null, Wrong("/apiVersion", $"apiVersion is missing: {types.FirstOrDefault(t => t.Kind == kind)?.ApiVersion ?? "group/version"}"));
        if (types.FirstOrDefault(t => t.Kind == kind) is not { } type) return (null, Wrong("/kind", UnknownKind(kind)));
        if (apiVersion != type.ApiVersion)
            return (null, Wrong("/apiVersion", $"apiVersion: \"{apiVersion}\" is not known for {kind}; it is {type.ApiVersion}"));
        if (root["metadata"] is not JsonObject metadata) return (null, Wrong("/metadata", "metadata is missing: it has at least a name"));
        if (Text(metadata["name"]) is not { Length: > 0 } name)
            return (null, Wrong("/metadata/name", "metadata.name is missing, or no string"));
        if (metadata.ContainsKey("namespace") && Text(metadata["namespace"]) is null)
            return (null, Wrong("/metadata/namespace", "metadata.namespace is no string"));

        var entity = (JsonObject)root.DeepClone();
        entity.Remove("status");
        var cleaned = (JsonObject)entity["metadata"]!;
        foreach (var field in SystemMetadata) cleaned.Remove(field);
        if (type.Namespaced && string.IsNullOrEmpty(Text(cleaned["namespace"]))) cleaned["namespace"] = DefaultNamespace;
        var key = new ObjectKey(type.QualifiedName, Text(cleaned["namespace"]), name);
        return (new ManifestDocument(file, type, key, entity, document), null);
    }

    private string UnknownKind(string kind)
    {
        var known = new SchemaNode { Properties = types.ToDictionary(t => t.Kind, _ => SchemaNode.Any, StringComparer.Ordinal) };
        return kind.EndsWith("List", StringComparison.Ordinal)
            ? $"kind: \"{kind}\" is not supported; write its items as documents of their own, with lines of --- between them"
            : $"kind: \"{kind}\" is not known{NearestName.Suggest(kind, known)} Known: {string.Join(", ", types.Select(t => t.Kind))}";
    }

    // YAML is read more generously than JSON: a .json file is held to its own rules, so that other tools can read it too.
    private static ManifestProblem? JsonProblem(string name, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return null;
        }
        catch (JsonException exception)
        {
            var message = exception.Message;
            var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            return new ManifestProblem(
                name, (int)(exception.LineNumber ?? 0) + 1, Object: null, $"no JSON: {(end < 0 ? message : message[..end])}");
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
