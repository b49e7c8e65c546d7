using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Placement.Devices;

/// <summary>What differs between disks and NICs.</summary>
internal interface IDeviceKind<T>
    where T : class, IResource<T>
{
    DeviceFacts Facts(T device);

    /// <summary>What stands against it because of its pool or network.</summary>
    Objection? Missing(T device);

    /// <summary>An object of nothing but this name and status.</summary>
    T WithStatus(ObjectMeta name, DeviceAssignment assignment);
}
