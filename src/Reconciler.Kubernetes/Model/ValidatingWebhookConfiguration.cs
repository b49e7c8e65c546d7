using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>
/// admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration: which requests the API server asks which webhooks about. Only the part
/// that who serves the webhooks writes; rules and addresses come from the manifests.
/// </summary>
public sealed record ValidatingWebhookConfiguration : IResource<ValidatingWebhookConfiguration>
{
    /// <inheritdoc/>
    public static ResourceDefinition<ValidatingWebhookConfiguration> Definition { get; } = new()
    {
        Group = "admissionregistration.k8s.io",
        Version = "v1",
        Kind = "ValidatingWebhookConfiguration",
        Plural = "validatingwebhookconfigurations",
        Namespaced = false,
        JsonTypeInfo = BuiltInJsonContext.Instance.ValidatingWebhookConfiguration,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>A map by name for server-side apply.</summary>
    public IReadOnlyList<ValidatingWebhook>? Webhooks { get; init; }
}
