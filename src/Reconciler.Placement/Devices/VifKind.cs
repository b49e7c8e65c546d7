using Reconciler.Api.Devices;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement.Devices;

internal sealed class VifKind(Store<XenNetwork> networks) : IDeviceKind<Vif>
{
    public DeviceFacts Facts(Vif device) => DeviceFacts.Of(device);

    public Objection? Missing(Vif device) =>
        DeviceInfrastructure.Missing(device, device.Spec?.Network is { Length: > 0 } network ? networks.Get(new ObjectKey(null, network)) : null);

    public Vif WithStatus(ObjectMeta name, DeviceAssignment assignment) => new()
    {
        ApiVersion = Vif.Definition.ApiVersion,
        Kind = Vif.Definition.Kind,
        Metadata = name,
        Status = new VifStatus
        {
            Host = assignment.Host,
            DomainUid = assignment.DomainUid,
            Claims = assignment.Claims,
            Conditions = assignment.Conditions,
            ObservedGeneration = assignment.ObservedGeneration,
        },
    };
}
