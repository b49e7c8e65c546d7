using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Tests.Lab;

/// <summary>A kind that no server knows.</summary>
public sealed record Gadget : IResource<Gadget>
{
    public static ResourceDefinition<Gadget> Definition { get; } = new()
    {
        Group = "contract.reconciler.dev",
        Version = "v1",
        Kind = "Gadget",
        Plural = "gadgets",
        JsonTypeInfo = GadgetJsonContext.Instance.Gadget,
    };

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();
}

[JsonSerializable(typeof(Gadget))]
internal sealed partial class GadgetJsonContext : JsonSerializerContext
{
    internal static GadgetJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
