using System.Globalization;
using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Ownership;

namespace Reconciler.Placement.Templates;

/// <summary>The VBDs and VIFs that the templates of a Domain ask for, as they are applied: what is not theirs is not in them.</summary>
internal static class DeviceTemplates
{
    /// <summary>A label's value has at most this many characters.</summary>
    private const int MaximumLabelLength = 63;

    public static IEnumerable<Vbd> Vbds(Domain domain) => (domain.Spec?.VbdTemplates ?? []).Select(template => new Vbd
    {
        ApiVersion = Vbd.Definition.ApiVersion,
        Kind = Vbd.Definition.Kind,
        Metadata = Metadata(domain, template.Device),
        Spec = template.ToSpec(domain.Metadata.Name!),
    });

    public static IEnumerable<Vif> Vifs(Domain domain) => (domain.Spec?.VifTemplates ?? []).Select(template => new Vif
    {
        ApiVersion = Vif.Definition.ApiVersion,
        Kind = Vif.Definition.Kind,
        Metadata = Metadata(domain, string.Create(CultureInfo.InvariantCulture, $"vif{template.Index}")),
        Spec = template.ToSpec(domain.Metadata.Name!),
    });

    private static ObjectMeta Metadata(Domain domain, string suffix) => new()
    {
        Namespace = domain.Metadata.Namespace,
        Name = $"{domain.Metadata.Name}-{suffix}",
        Labels = domain.Metadata.Name!.Length <= MaximumLabelLength
            ? new Dictionary<string, string>(StringComparer.Ordinal) { [XenApi.DomainLabel] = domain.Metadata.Name }
            : null,
        OwnerReferences = [OwnerReferences.To(domain)],
    };
}
