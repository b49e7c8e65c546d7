namespace Reconciler.Kubernetes.Model;

/// <summary>How the API server reaches a webhook and whom it trusts there.</summary>
public sealed record WebhookClientConfig
{
    /// <summary>PEM of the certificate authorities that the webhook's certificate may come from; base64 on the wire.</summary>
    public byte[]? CaBundle { get; init; }
}
