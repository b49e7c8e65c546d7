using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>
/// One virtual disk (virtual block device) of a Domain. Applied while the guest runs, it is plugged in; deleted, it is unplugged.
/// </summary>
[ShortNames("vbd")]
[Categories("xen")]
[PrinterColumn("DOMAIN", "string", ".spec.domain", Description = "The Domain that it belongs to")]
[PrinterColumn("DEVICE", "string", ".spec.device", Description = "Its name in the guest")]
[PrinterColumn("STATE", "string", ".status.state", Description = "What it was last seen doing")]
[PrinterColumn("HOST", "string", ".status.host", Description = "The Xen host that holds it")]
[PrinterColumn("READY", "string", ".status.conditions[?(@.type=='Ready')].status")]
[PrinterColumn("REASON", "string", ".status.conditions[?(@.type=='Ready')].reason")]
[PrinterColumn("PATH", "string", ".status.path", Description = "What is attached on the host", Priority = 1)]
[PrinterColumn("SIZE", "string", ".status.size", Priority = 1)]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record Vbd : CustomKubernetesEntity<VbdSpec, VbdStatus>, IResource<Vbd>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Vbd> Definition { get; } = new()
    {
        Group = XenApi.Group,
        Version = XenApi.Version,
        Kind = "VBD",
        Plural = "vbds",
        JsonTypeInfo = ApiJsonContext.Instance.Vbd,
    };
}
