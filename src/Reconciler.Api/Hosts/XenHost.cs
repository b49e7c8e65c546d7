using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>One Xen host: facts in status, kept by its agent; policy in spec, set by admins. Named as the node that it is.</summary>
[ShortNames("xh")]
[Categories("xen")]
[ValidationRule("size(self.metadata.name) <= 63", "the name must be at most 63 characters: it is the value of the label xen.reconciler.dev/host")]
[PrinterColumn("READY", "string", ".status.conditions[?(@.type=='Ready')].status")]
[PrinterColumn("SCHEDULABLE", "boolean", ".spec.schedulable")]
[PrinterColumn("XEN", "string", ".status.xenVersion")]
[PrinterColumn("CPUS", "integer", ".status.cpus")]
[PrinterColumn("MEMORY", "string", ".status.memory.total")]
[PrinterColumn("FREE", "string", ".status.memory.free")]
[PrinterColumn("AGE", "date", ".metadata.creationTimestamp")]
public sealed record XenHost : CustomKubernetesEntity<XenHostSpec, XenHostStatus>, IResource<XenHost>
{
    /// <inheritdoc/>
    public static ResourceDefinition<XenHost> Definition { get; } = new()
    {
        Group = XenApi.Group,
        Version = XenApi.Version,
        Kind = "XenHost",
        Plural = "xenhosts",
        Namespaced = false,
        JsonTypeInfo = ApiJsonContext.Instance.XenHost,
    };
}
