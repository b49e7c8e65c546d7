using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>v1 Secret.</summary>
public sealed record Secret : IResource<Secret>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Secret> Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Secret",
        Plural = "secrets",
        JsonTypeInfo = BuiltInJsonContext.Instance.Secret,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>The values by key; base64 on the wire.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }
}
