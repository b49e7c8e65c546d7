using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>
/// The wish that a Pod leave its Node: the subresource pods/eviction, of which the API server asks admission webhooks. Its body is a
/// policy/v1 Eviction, policy/v1beta1 before API server 1.22; nothing of it is kept.
/// </summary>
public sealed record Eviction : IResource<Eviction>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Eviction> Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Eviction",
        Plural = "pods/eviction",
        JsonTypeInfo = BuiltInJsonContext.Instance.Eviction,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <summary>Names the Pod.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();
}
