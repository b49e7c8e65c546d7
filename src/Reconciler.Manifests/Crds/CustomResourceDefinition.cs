using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Schema;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Manifests.Schema;

namespace Reconciler.Manifests.Crds;

/// <summary>Writes the CustomResourceDefinition of a kind (apiextensions.k8s.io/v1).</summary>
internal static class CustomResourceDefinition
{
    public static GeneratedFile Write(ResourceKind kind) => new(
        $"crds/{kind.Definition.Group}_{kind.Definition.Plural}.yaml",
        GeneratedFile.YamlHeader + JsonToYaml.Write(Definition(kind)));

    private static JsonObject Definition(ResourceKind kind) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = kind.Definition.QualifiedName },
        ["spec"] = new JsonObject
        {
            ["group"] = kind.Definition.Group,
            ["scope"] = kind.Definition.Namespaced ? "Namespaced" : "Cluster",
            ["names"] = new JsonObject
            {
                ["kind"] = kind.Definition.Kind,
                ["listKind"] = kind.Definition.Kind + "List",
                ["plural"] = kind.Definition.Plural,
                ["singular"] = kind.Definition.Kind.ToLowerInvariant(),
                ["shortNames"] = Strings(kind.ShortNames),
                ["categories"] = Strings(kind.Categories),
            },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = kind.Definition.Version,
                ["served"] = true,
                ["storage"] = true,
                ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                ["additionalPrinterColumns"] = new JsonArray([.. kind.Columns.Select(Column)]),
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = SchemaJson.Write(kind.Schema) },
            }),
        },
    };

    private static JsonObject Column(PrinterColumnAttribute column)
    {
        var json = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
        if (column.Priority != 0) json["priority"] = column.Priority;
        if (column.Description is not null) json["description"] = column.Description;
        return json;
    }

    private static JsonArray Strings(IEnumerable<string> values) => [.. values.Select(value => JsonValue.Create(value))];
}
