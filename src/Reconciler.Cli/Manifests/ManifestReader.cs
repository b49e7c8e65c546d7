using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Cli.Manifests;

/// <summary>Reads Domains, VBDs and VIFs from YAML of one or more documents, or from JSON.</summary>
/// <param name="file">For messages.</param>
/// <param name="defaultNamespace">Of what is named without one.</param>
internal sealed class ManifestReader(string file, string defaultNamespace)
{
    private static readonly ResourceDefinition[] Kinds =
        [Domain.Definition, Vbd.Definition, Vif.Definition, XenHost.Definition, XenStoragePool.Definition, XenNetwork.Definition];

    /// <summary>What a server puts there and <see cref="ObjectMeta"/> does not have.</summary>
    private static readonly string[] ServersMetadata = ["managedFields", "selfLink"];

    private readonly List<Domain> _domains = [];
    private readonly List<Vbd> _vbds = [];
    private readonly List<Vif> _vifs = [];
    private readonly List<string> _leftOut = [];
    private readonly List<string> _problems = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <exception cref="CommandException">Something in it is wrong: one line for each problem, with file, line, field and remedy.</exception>
    public static ManifestSet Read(string file, string text, string defaultNamespace)
    {
        var reader = new ManifestReader(file, defaultNamespace);
        foreach (var document in YamlToJson.ParseAll(text)) reader.Take(document);
        if (reader._problems.Count > 0) throw new CommandException(string.Join('\n', reader._problems));
        return new ManifestSet(reader._domains, reader._vbds, reader._vifs, reader._leftOut);
    }

    private void Take(YamlDocument document)
    {
        if (document.Error is { } error)
        {
            _problems.Add($"{file}:{error.Location.Line}: {error.Reason}");
            return;
        }

        if (document.Root is null) return;
        if (document.Root is not JsonObject root)
        {
            Problem(document, "", null, "a document is a map. Begin it with apiVersion and kind.");
            return;
        }

        var kind = Text(root["kind"]);
        var apiVersion = Text(root["apiVersion"]);
        if (kind is null) Problem(document, "/kind", null, "kind: missing. Write Domain, VBD or VIF.");
        else if (kind.EndsWith("List", StringComparison.Ordinal)) Problem(document, "/kind", null, $"kind: \"{kind}\" is not supported. Write its items as documents of their own, with lines of --- between them.");
        else if (apiVersion is null) Problem(document, "/apiVersion", null, $"apiVersion: missing. Write {XenApi.Group}/{XenApi.Version}.");
        else if (apiVersion.StartsWith($"{XenApi.Group}/", StringComparison.Ordinal)) TakeOurs(document, root, kind, apiVersion);
        else if (Kinds.Any(known => known.Kind == kind)) Problem(document, "/apiVersion", null, $"apiVersion: \"{apiVersion}\" has no {kind}. Write {XenApi.Group}/{XenApi.Version}.");
        else _leftOut.Add($"{file}:{document.Start.Line}: {kind} is not looked at");
    }

    private void TakeOurs(YamlDocument document, JsonObject root, string kind, string apiVersion)
    {
        if (Kinds.All(known => known.Kind != kind))
            Problem(document, "/kind", null, $"kind: \"{kind}\" is not known. Write one of {string.Join(", ", Kinds.Select(known => known.Kind))}.");
        else if (apiVersion != Domain.Definition.ApiVersion)
            Problem(document, "/apiVersion", null, $"apiVersion: \"{apiVersion}\" is not known. Write {Domain.Definition.ApiVersion}.");
        else if (kind == Domain.Definition.Kind) Take(document, root, Domain.Definition, DomainValidation.Validate, _domains);
        else if (kind == Vbd.Definition.Kind) Take(document, root, Vbd.Definition, VbdValidation.Validate, _vbds);
        else if (kind == Vif.Definition.Kind) Take(document, root, Vif.Definition, VifValidation.Validate, _vifs);
        else _leftOut.Add($"{file}:{document.Start.Line}: {kind} is not looked at: what counts is what the cluster has");
    }

    private void Take<T>(YamlDocument document, JsonObject root, ResourceDefinition<T> definition, Func<T, IReadOnlyList<FieldError>> validate, List<T> found)
        where T : class, IResource<T>
    {
        if (root["metadata"] is not JsonObject metadata || Text(metadata["name"]) is not { Length: > 0 } name)
        {
            Problem(document, "/metadata/name", definition.Kind, "metadata.name: missing, or no text. Give it.");
            return;
        }

        // Of metadata what a decision looks at: a manifest that was copied from a cluster holds much that a server has added.
        var entity = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name, ["namespace"] = metadata["namespace"]?.DeepClone() ?? defaultNamespace, ["labels"] = metadata["labels"]?.DeepClone(),
            },
            ["spec"] = root["spec"]?.DeepClone(),
        };
        var subject = $"{definition.Kind} {entity["metadata"]!["namespace"]}/{name}";
        foreach (var member in root.Select(member => member.Key).Except(["apiVersion", "kind", "metadata", "spec", "status"], StringComparer.Ordinal))
            Problem(document, $"/{member}", subject, $"{member}: unknown field. Known here: apiVersion, kind, metadata, spec.");
        var known = definition.JsonTypeInfo.Options.GetTypeInfo(typeof(ObjectMeta)).Properties.Select(property => property.Name);
        foreach (var member in metadata.Select(member => member.Key).Except([.. known, .. ServersMetadata], StringComparer.Ordinal))
            Problem(document, $"/metadata/{member}", subject, $"metadata.{member}: unknown field. Known here: name, namespace, labels, annotations.");
        var wrong = FieldCheck.Find(entity, definition.JsonTypeInfo, "");
        foreach (var (pointer, message) in wrong) Problem(document, pointer, subject, $"{Field(pointer)}: {message}");
        if (wrong.Count > 0) return;

        var value = entity.Deserialize(definition.JsonTypeInfo)!;
        foreach (var error in validate(value))
            _problems.Add($"{file}:{document.LocateJsonPath($"$.{error.Field}").Line}: {subject}: {error}");
        if (!_lines.TryAdd(subject, document.Start.Line)) Problem(document, "", subject, $"is in line {_lines[subject]} already. Remove one of the two.");
        found.Add(value);
    }

    private void Problem(YamlDocument document, string pointer, string? subject, string message) =>
        _problems.Add($"{file}:{document.Locate(pointer).Line}: {(subject is null ? "" : $"{subject}: ")}{message}");

    private static string Field(string pointer) => pointer[1..].Replace('/', '.').Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
