using Reconciler.Kubernetes.Model;

namespace Reconciler.Testing.Contract;

/// <summary>The kind that the contract of <see cref="Kubernetes.Client.IKubernetesClient"/> is tested with: it has one of everything.</summary>
public sealed record Widget : CustomKubernetesEntity<WidgetSpec, WidgetStatus>, IResource<Widget>
{
    /// <summary>The CustomResourceDefinition, as YAML.</summary>
    public static string DefinitionYaml { get; } = ReadDefinition();

    public static ResourceDefinition<Widget> Definition { get; } = new()
    {
        Group = "contract.reconciler.dev",
        Version = "v1",
        Kind = "Widget",
        Plural = "widgets",
        JsonTypeInfo = ContractJsonContext.Instance.Widget,
    };

    private static string ReadDefinition()
    {
        using var reader = new StreamReader(typeof(Widget).Assembly.GetManifestResourceStream("widgets.yaml")!);
        return reader.ReadToEnd();
    }
}
