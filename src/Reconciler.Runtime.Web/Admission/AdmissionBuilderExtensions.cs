using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Web.Certificates;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Adds admission webhooks to an operator.</summary>
public static class AdmissionBuilderExtensions
{
    /// <summary>Serves webhooks with a certificate of an own authority, which the leader makes and replaces and every replica loads.</summary>
    public static OperatorBuilder AddAdmission(this OperatorBuilder builder, AdmissionOptions options, OwnCertificateOptions certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        AddServer(builder, options);
        builder.Services.AddSingleton(sp => new CertificateStores(
            sp.GetRequiredService<IKubernetesClient>(), sp.GetRequiredService<ServingCertificates>(), certificates, sp.GetRequiredService<RuntimeServices>()));
        builder.Services.AddSingleton(sp => new ControllerRegistration(
            CertificateController.Create(
                sp.GetRequiredService<IKubernetesClient>(),
                sp.GetRequiredService<CertificateStores>(),
                sp.GetRequiredService<ServingCertificates>(),
                certificates,
                sp.GetRequiredService<RuntimeServices>()),
            NeedsLeadership: true));
        return builder.AddPart(sp => sp.GetRequiredService<CertificateStores>());
    }

    /// <summary>Serves webhooks with a certificate from files (tls.crt, tls.key), which are read again when they change. Their authority has to be in the caBundle already.</summary>
    public static OperatorBuilder AddAdmission(this OperatorBuilder builder, AdmissionOptions options, string certificateFolder)
    {
        AddServer(builder, options);
        return builder.AddPart(sp => new CertificateFiles(certificateFolder, sp.GetRequiredService<ServingCertificates>(), sp.GetRequiredService<RuntimeServices>()));
    }

    /// <summary>Adds a validator; it is served at <see cref="AdmissionPaths.Of"/>.</summary>
    /// <typeparam name="TImplementation">The validator; its constructor's parameters come from the services.</typeparam>
    /// <typeparam name="T">The kind.</typeparam>
    public static OperatorBuilder AddValidator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TImplementation, T>(this OperatorBuilder builder)
        where TImplementation : class, IAdmissionValidator<T>
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<TImplementation>();
        builder.Services.AddSingleton<IAdmissionWebhook>(sp => new AdmissionWebhook<T>(
            sp.GetRequiredService<TImplementation>(), sp.GetRequiredService<AdmissionOptions>(), sp.GetRequiredService<RuntimeServices>()));
        return builder;
    }

    private static void AddServer(OperatorBuilder builder, AdmissionOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(sp => new ServingCertificates(sp.GetRequiredService<RuntimeServices>()));
        builder.Services.AddSingleton(sp => new AdmissionServer(
            sp.GetServices<IAdmissionWebhook>(), options, sp.GetRequiredService<ServingCertificates>(), sp.GetRequiredService<RuntimeServices>()));
        builder.AddPart(sp => sp.GetRequiredService<AdmissionServer>());
    }
}
