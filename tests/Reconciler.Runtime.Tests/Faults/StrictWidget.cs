using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>The widget of the contract, as an older build knows it: of the modes that its schema allows it can read only one.</summary>
public sealed record StrictWidget : CustomKubernetesEntity<StrictSpec, StrictStatus>, IResource<StrictWidget>
{
    public static ResourceDefinition<StrictWidget> Definition { get; } = new()
    {
        Group = "contract.reconciler.dev",
        Version = "v1",
        Kind = "Widget",
        Plural = "widgets",
        JsonTypeInfo = StrictJsonContext.Instance.StrictWidget,
    };
}

public sealed record StrictSpec
{
    public string? Size { get; init; }

    public int? Count { get; init; }

    public StrictMode? Mode { get; init; }
}

public sealed record StrictStatus
{
    public string? Phase { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<StrictMode>))]
public enum StrictMode
{
    Fast,
}

[JsonSerializable(typeof(StrictWidget))]
internal sealed partial class StrictJsonContext : JsonSerializerContext
{
    internal static StrictJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
