using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Networks;

/// <summary>A network that an admin offers: users name it, and not the bridge that is behind it on each host.</summary>
[ShortNames("xn")]
[Categories("xen")]
[PrinterColumn("BRIDGE", "string", ".spec.bridge")]
[PrinterColumn("VLAN", "integer", ".spec.vlan")]
[PrinterColumn("READY", "string", ".status.conditions[?(@.type=='Ready')].status")]
[PrinterColumn("REASON", "string", ".status.conditions[?(@.type=='Ready')].reason")]
[PrinterColumn("HOSTS", "integer", ".status.readyHosts", Description = "On how many hosts it is ready")]
[PrinterColumn("USERS", "integer", ".status.users", Description = "How many VIFs use it")]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record XenNetwork : CustomKubernetesEntity<XenNetworkSpec, XenNetworkStatus>, IResource<XenNetwork>
{
    /// <inheritdoc/>
    public static ResourceDefinition<XenNetwork> Definition { get; } = new()
    {
        Group = XenApi.Group,
        Version = XenApi.Version,
        Kind = "XenNetwork",
        Plural = "xennetworks",
        Namespaced = false,
        JsonTypeInfo = ApiJsonContext.Instance.XenNetwork,
    };
}
