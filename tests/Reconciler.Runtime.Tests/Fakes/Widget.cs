using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Tests.Fakes;

public sealed record Widget : CustomKubernetesEntity<WidgetSpec, WidgetStatus>, IResource<Widget>
{
    public static ResourceDefinition<Widget> Definition { get; } = new()
    {
        Group = "test.reconciler.dev",
        Version = "v1",
        Kind = "Widget",
        Plural = "widgets",
        JsonTypeInfo = TestJsonContext.Instance.Widget,
    };

    public static Widget Named(string name, string version = "1", long generation = 1, string? uid = null, string size = "small") => new()
    {
        Metadata = new() { Namespace = "ns", Name = name, Uid = uid ?? $"uid-{name}", ResourceVersion = version, Generation = generation },
        Spec = new() { Size = size },
    };
}

public sealed record WidgetSpec
{
    public string? Size { get; init; }
}

public sealed record WidgetStatus
{
    public int? Ready { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }
}
