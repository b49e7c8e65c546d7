using System.Text.Json.Nodes;
using Reconciler.Embedded.Resources;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Contract;

namespace Reconciler.Embedded.Tests;

/// <summary>Objects and options that the tests of this project share.</summary>
internal static class Widgets
{
    public static EmbeddedStoreOptions Options { get; } = new() { ResourceTypes = CustomResourceDefinitions.Read(Widget.DefinitionYaml) };

    public static ResourceType Type { get; } = Options.ResourceTypes!.Single();

    public static Widget New(string name, params string[] finalizers) => new()
    {
        Metadata = new ObjectMeta { Name = name, Namespace = "default", Finalizers = finalizers.Length == 0 ? null : finalizers },
        Spec = new WidgetSpec { Size = "1Gi" },
    };

    public static JsonObject Json(string name, string spec) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
        ["spec"] = JsonNode.Parse(spec),
    };
}
