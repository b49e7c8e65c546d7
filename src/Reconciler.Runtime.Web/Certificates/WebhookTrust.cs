using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>Tells the API server, in the ValidatingWebhookConfiguration, which authorities to trust.</summary>
internal sealed class WebhookTrust(IKubernetesClient client, Store<ValidatingWebhookConfiguration> configurations, OwnCertificateOptions options, RuntimeServices services)
{
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Certificates");
    private bool _isMissing;

    /// <summary>Writes the bundle where it is not there yet.</summary>
    /// <returns>True when it was written now: who relies on it waits for the API servers to hear of it.</returns>
    public async Task<bool> EnsureAsync(IReadOnlyList<X509Certificate2> authorities, CancellationToken cancellationToken)
    {
        var configuration = configurations.Get(new ObjectKey(null, options.ConfigurationName));
        if (configuration is null && !_isMissing) CertificateLog.NoConfiguration(_logger, options.ConfigurationName);
        _isMissing = configuration is null;
        var bundle = CaBundle.Write(authorities);
        if (configuration?.Webhooks is not { Count: > 0 } webhooks
            || webhooks.All(webhook => webhook.ClientConfig?.CaBundle.AsSpan().SequenceEqual(bundle) == true)) return false;

        // Only what is ours: name and bundle. Everything else of a webhook belongs to who installed it.
        await client.ApplyAsync(
            new ValidatingWebhookConfiguration
            {
                Metadata = new ObjectMeta { Name = options.ConfigurationName },
                Webhooks = [.. webhooks.Select(webhook => new ValidatingWebhook { Name = webhook.Name, ClientConfig = new WebhookClientConfig { CaBundle = bundle } })],
            },
            new ApplyOptions(options.FieldManager),
            cancellationToken);
        CertificateLog.Trusted(_logger, options.ConfigurationName, authorities.Count);
        return true;
    }
}
