using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>
/// The one Secret and the one ValidatingWebhookConfiguration, watched in every replica. Apart from the operator's other stores:
/// controllers don't wait for these, so an operator without rights to them works on without webhooks, and /readyz says so.
/// </summary>
internal sealed class CertificateStores : OperatorLoop
{
    private readonly Reflector<Secret> _secrets;
    private readonly Reflector<ValidatingWebhookConfiguration> _configurations;

    public CertificateStores(IKubernetesClient client, ServingCertificates serving, OwnCertificateOptions options, RuntimeServices services)
        : base(OperatorPartOrder.Webhooks)
    {
        _secrets = new Reflector<Secret>(client, Secrets, Only(options.SecretName, options.Namespace), services);
        _configurations = new Reflector<ValidatingWebhookConfiguration>(client, Configurations, Only(options.ConfigurationName, null), services);
        var source = $"Secret {new ObjectKey(options.Namespace, options.SecretName)}";
        Secrets.Subscribe(change =>
        {
            if (change.New is null) serving.Reject(source, "it was deleted");
            else if (ServingCertificate.Read(change.New.Data, out var problem) is { } read) serving.Load(read, source);
            else serving.Reject(source, problem!);
        });
    }

    public Store<Secret> Secrets { get; } = new();

    public Store<ValidatingWebhookConfiguration> Configurations { get; } = new();

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_secrets.RunAsync(cancellationToken), _configurations.RunAsync(cancellationToken));
    // RBAC by resourceNames lets a list and a watch pass when their field selector names the one object.
    private static ReflectorOptions Only(string name, string? @namespace) => new() { Namespace = @namespace, FieldSelector = $"metadata.name={name}" };
}
