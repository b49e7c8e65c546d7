using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>
/// One Xen virtual machine. The spec says what should be and is written by users alone; the status says what was seen on the host.
/// </summary>
[ShortNames("dom")]
[Categories("xen")]
[PrinterColumn("DESIRED", "string", ".spec.powerState", Description = "What the domain should be doing")]
[PrinterColumn("STATE", "string", ".status.powerState", Description = "What it was last seen doing")]
[PrinterColumn("HOST", "string", ".status.host", Description = "The Xen host that holds it")]
[PrinterColumn("DOMID", "integer", ".status.domid", Description = "Its domain id on that host")]
[PrinterColumn("READY", "string", ".status.conditions[?(@.type=='Ready')].status")]
[PrinterColumn("REASON", "string", ".status.conditions[?(@.type=='Ready')].reason")]
[PrinterColumn("IPS", "string", ".status.ipAddresses", Priority = 1)]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record Domain : CustomKubernetesEntity<DomainSpec, DomainStatus>, IResource<Domain>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Domain> Definition { get; } = new()
    {
        Group = XenApi.Group,
        Version = XenApi.Version,
        Kind = "Domain",
        Plural = "domains",
        JsonTypeInfo = ApiJsonContext.Instance.Domain,
    };
}
