using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement.Devices;

internal sealed class VbdKind(Store<XenStoragePool> pools) : IDeviceKind<Vbd>
{
    public DeviceFacts Facts(Vbd device) => DeviceFacts.Of(device);

    public Objection? Missing(Vbd device) =>
        DeviceInfrastructure.Missing(device, DeviceInfrastructure.PoolOf(device) is { Length: > 0 } pool ? pools.Get(new ObjectKey(null, pool)) : null);

    public Vbd WithStatus(ObjectMeta name, DeviceAssignment assignment) => new()
    {
        ApiVersion = Vbd.Definition.ApiVersion,
        Kind = Vbd.Definition.Kind,
        Metadata = name,
        Status = new VbdStatus
        {
            Host = assignment.Host,
            DomainUid = assignment.DomainUid,
            Claims = assignment.Claims,
            Conditions = assignment.Conditions,
            ObservedGeneration = assignment.ObservedGeneration,
        },
    };
}
