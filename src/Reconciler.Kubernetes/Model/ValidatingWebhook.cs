namespace Reconciler.Kubernetes.Model;

/// <summary>One webhook of a <see cref="ValidatingWebhookConfiguration"/>.</summary>
public sealed record ValidatingWebhook
{
    /// <summary>"domains.xen.reconciler.dev".</summary>
    public required string Name { get; init; }

    /// <summary>How the API server reaches it.</summary>
    public WebhookClientConfig? ClientConfig { get; init; }
}
