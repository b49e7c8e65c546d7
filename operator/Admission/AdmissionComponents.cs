using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Rbac;
using Reconciler.Runtime.Web.Admission;
using Reconciler.Runtime.Web.Certificates;

namespace Reconciler.Operator.Admission;

/// <summary>The webhooks, and the certificate by which the API server knows them.</summary>
// The verb create too is limited by name: an apply names what it creates.
[EntityRbac(
    typeof(Secret),
    Verbs = RbacVerb.Read | RbacVerb.Create | RbacVerb.Patch, ResourceNames = [WebhookNames.Secret], InOwnNamespace = true)]
[EntityRbac(
    typeof(ValidatingWebhookConfiguration),
    Verbs = RbacVerb.Read | RbacVerb.Patch, ResourceNames = [WebhookNames.Configuration])]
internal static class AdmissionComponents
{
    /// <summary>Serves the operator's webhooks, where its arguments ask for them.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="arguments">What the command line says.</param>
    /// <param name="namespace">The operator's own.</param>
    public static OperatorBuilder AddWebhooks(this OperatorBuilder builder, OperatorArguments arguments, string @namespace)
    {
        if (arguments.WebhookPort is not { } port) return builder;
        var options = new AdmissionOptions { Port = port };
        builder = arguments.WebhookCertificates is { } folder
            ? builder.AddAdmission(options, folder)
            : builder.AddAdmission(options, new OwnCertificateOptions
            {
                Namespace = @namespace,
                SecretName = WebhookNames.Secret,
                ConfigurationName = WebhookNames.Configuration,
                Hosts = [.. OwnCertificateOptions.OfService(arguments.WebhookService, @namespace), .. arguments.WebhookHosts],
                FieldManager = XenApi.OperatorFieldManager,
            });
        if (arguments.GuardImage is not null) builder.AddValidator<GuardEvictionValidator, Eviction>();
        return builder
            .AddValidator<DomainValidator, Domain>()
            .AddValidator<VbdValidator, Vbd>()
            .AddValidator<VifValidator, Vif>()
            .AddValidator<XenHostValidator, XenHost>()
            .AddValidator<XenNetworkValidator, XenNetwork>()
            .AddValidator<XenStoragePoolValidator, XenStoragePool>();
    }
}
