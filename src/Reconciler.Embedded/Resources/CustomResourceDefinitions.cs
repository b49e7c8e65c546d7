using System.Text.Json.Nodes;
using Reconciler.Embedded.Schemas;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Embedded.Resources;

/// <summary>Reads CustomResourceDefinitions (apiextensions.k8s.io/v1).</summary>
public static class CustomResourceDefinitions
{
    /// <summary>The kinds of this project, from the same files that a cluster gets.</summary>
    public static IReadOnlyList<ResourceType> ReadBuiltIn()
    {
        var assembly = typeof(CustomResourceDefinitions).Assembly;
        var types = new List<ResourceType>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("crds/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            types.AddRange(Read(reader.ReadToEnd()));
        }

        return types;
    }

    /// <summary>The kinds that a YAML text of one or more definitions declares; other documents are left out.</summary>
    /// <exception cref="YamlFormatException">A document can't be read.</exception>
    /// <exception cref="InvalidDataException">A definition lacks what every definition has.</exception>
    public static IReadOnlyList<ResourceType> Read(string yaml)
    {
        var types = new List<ResourceType>();
        foreach (var document in YamlToJson.ParseAll(yaml))
        {
            if (document.Error is { } error) throw new YamlFormatException(error);
            if (document.Root is JsonObject root && root["kind"]?.GetValue<string>() == "CustomResourceDefinition")
                types.Add(Read(JsonText.ParseObject(JsonText.ToUtf8(root))));
        }

        return types;
    }

    private static ResourceType Read(JsonObject definition)
    {
        var spec = Require(definition, "spec");
        var names = Require(spec, "names");
        var version = (spec["versions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(v => v["storage"]?.GetValue<bool>() == true)
            ?? throw new InvalidDataException("a CustomResourceDefinition has no stored version");
        var kind = Text(names, "kind");
        return new ResourceType
        {
            Group = Text(spec, "group"),
            Version = Text(version, "name"),
            Kind = kind,
            Plural = Text(names, "plural"),
            Singular = names["singular"]?.GetValue<string>() ?? kind.ToLowerInvariant(),
            ShortNames = Texts(names["shortNames"]),
            Categories = Texts(names["categories"]),
            Namespaced = Text(spec, "scope") == "Namespaced",
            HasStatus = version["subresources"]?["status"] is not null,
            Columns = Columns(version["additionalPrinterColumns"] as JsonArray),
            Schema = SchemaReader.ReadObject(version["schema"]?["openAPIV3Schema"] as JsonObject),
            IsPersistent = true,
        };
    }

    private static PrinterColumn[] Columns(JsonArray? columns) =>
        columns is null
            ? []
            : [.. columns.OfType<JsonObject>().Select(c => new PrinterColumn(
                Text(c, "name"), Text(c, "type"), Text(c, "jsonPath"), c["priority"]?.GetValue<int>() ?? 0))];

    private static string[] Texts(JsonNode? list) => list is JsonArray array ? [.. array.Select(item => item!.GetValue<string>())] : [];

    private static JsonObject Require(JsonObject parent, string name) =>
        parent[name] as JsonObject ?? throw new InvalidDataException($"a CustomResourceDefinition has no \"{name}\"");

    private static string Text(JsonObject parent, string name) =>
        parent[name]?.GetValue<string>() ?? throw new InvalidDataException($"a CustomResourceDefinition has no \"{name}\"");
}
