namespace Reconciler.Kubernetes.Model;

/// <summary>One webhook of a <see cref="ValidatingWebhookConfiguration"/>.</summary>
public sealed record ValidatingWebhook
{
    /// <summary>"domains.xen.reconciler.dev".</summary>
    public required string Name { get; init; }

    public WebhookClientConfig? ClientConfig { get; init; }
}
