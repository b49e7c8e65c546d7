using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <content>Devices.</content>
public sealed partial class SimulatedHost
{
    public Task AttachDiskAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken) => throw NoDevices("attach-disk");

    public Task AttachNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken) => throw NoDevices("attach-nic");

    public Task RequestDetachAsync(DomainRef domain, DeviceRef device, CancellationToken cancellationToken) => throw NoDevices("request-detach");

    public Task DetachAsync(DomainRef domain, DeviceRef device, bool force, CancellationToken cancellationToken) => throw NoDevices("detach");

    private static XenException NoDevices(string operation) => new(XenErrorCode.NotSupported, operation, "devices are not built by this version");
}
