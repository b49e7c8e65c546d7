using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>A second kind, part of a widget.</summary>
public sealed record Gadget : CustomKubernetesEntity<GadgetSpec, GadgetStatus>, IResource<Gadget>
{
    public static ResourceDefinition<Gadget> Definition { get; } = new()
    {
        Group = "test.reconciler.dev",
        Version = "v1",
        Kind = "Gadget",
        Plural = "gadgets",
        JsonTypeInfo = TestJsonContext.Instance.Gadget,
    };

    public static Gadget Named(string name, string widget) => new()
    {
        Metadata = new() { Namespace = "ns", Name = name },
        Spec = new() { Widget = widget },
    };
}

public sealed record GadgetSpec
{
    public string? Widget { get; init; }
}

public sealed record GadgetStatus
{
    public string? Note { get; init; }
}
