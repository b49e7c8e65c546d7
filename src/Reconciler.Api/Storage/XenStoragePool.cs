using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>A place for volumes that an admin offers: users name the pool, and not what is behind it on each host.</summary>
[ShortNames("xsp")]
[Categories("xen")]
[PrinterColumn("READY", "string", ".status.conditions[?(@.type=='Ready')].status")]
[PrinterColumn("REASON", "string", ".status.conditions[?(@.type=='Ready')].reason")]
[PrinterColumn("HOSTS", "integer", ".status.readyHosts", Description = "On how many hosts it is ready")]
[PrinterColumn("USERS", "integer", ".status.users", Description = "How many VBDs use it")]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record XenStoragePool : CustomKubernetesEntity<XenStoragePoolSpec, XenStoragePoolStatus>, IResource<XenStoragePool>
{
    /// <inheritdoc/>
    public static ResourceDefinition<XenStoragePool> Definition { get; } = new()
    {
        Group = XenApi.Group,
        Version = XenApi.Version,
        Kind = "XenStoragePool",
        Plural = "xenstoragepools",
        Namespaced = false,
        JsonTypeInfo = ApiJsonContext.Instance.XenStoragePool,
    };
}
