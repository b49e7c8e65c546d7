using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Nics;

/// <summary>
/// One virtual NIC (virtual network interface) of a Domain. Applied while the guest runs, it is plugged in; deleted, it is unplugged.
/// </summary>
[ShortNames("vif")]
[Categories("xen")]
[PrinterColumn("DOMAIN", "string", ".spec.domain", Description = "The Domain that it belongs to")]
[PrinterColumn("INDEX", "integer", ".spec.index", Description = "Which NIC of the Domain it is")]
[PrinterColumn("NETWORK", "string", ".spec.network", Description = "The XenNetwork that it is on")]
[PrinterColumn("STATE", "string", ".status.state", Description = "What it was last seen doing")]
[PrinterColumn("HOST", "string", ".status.host", Description = "The Xen host that holds it")]
[PrinterColumn("READY", "string", ".status.conditions[?(@.type=='Ready')].status")]
[PrinterColumn("REASON", "string", ".status.conditions[?(@.type=='Ready')].reason")]
[PrinterColumn("MAC", "string", ".status.macAddress", Priority = 1)]
[PrinterColumn("IPS", "string", ".status.ipAddresses", Priority = 1)]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record Vif : CustomKubernetesEntity<VifSpec, VifStatus>, IResource<Vif>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Vif> Definition { get; } = new()
    {
        Group = XenApi.Group,
        Version = XenApi.Version,
        Kind = "VIF",
        Plural = "vifs",
        JsonTypeInfo = ApiJsonContext.Instance.Vif,
    };
}
