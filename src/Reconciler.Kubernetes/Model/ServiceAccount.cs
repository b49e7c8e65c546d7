using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>v1 ServiceAccount; only who it is.</summary>
public sealed record ServiceAccount : IResource<ServiceAccount>
{
    /// <inheritdoc/>
    public static ResourceDefinition<ServiceAccount> Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ServiceAccount",
        Plural = "serviceaccounts",
        JsonTypeInfo = BuiltInJsonContext.Instance.ServiceAccount,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();
}
