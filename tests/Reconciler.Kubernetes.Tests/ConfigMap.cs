using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Tests;

/// <summary>A kind of the core group.</summary>
public sealed record ConfigMap : IResource<ConfigMap>
{
    public static ResourceDefinition<ConfigMap> Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ConfigMap",
        Plural = "configmaps",
        JsonTypeInfo = ConfigMapJsonContext.Instance.ConfigMap,
    };

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    public IReadOnlyDictionary<string, string>? Data { get; init; }
}

[JsonSerializable(typeof(ConfigMap))]
internal sealed partial class ConfigMapJsonContext : JsonSerializerContext
{
    internal static ConfigMapJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
