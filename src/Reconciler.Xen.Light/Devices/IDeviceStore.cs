using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Devices;

/// <summary>xenstore, as the worker's operations on devices see it: domains have the UUIDs that Xen has for them. Every failure is a <see cref="XenException"/>.</summary>
internal interface IDeviceStore
{
    /// <summary>Null: there is no such device.</summary>
    DeviceNodes? Find(int domid, DeviceRef device);

    /// <summary>Sets the backend to <see cref="XenbusState.Closing"/>. Nothing happens to one that is closed, or gone.</summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.Stale"/>: the domid is another domain's.</exception>
    void Close(DomainRef domain, DeviceNodes device);

    /// <summary>Sets how much a NIC's guest may send; xen-netback follows at once.</summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.Stale"/>: the domid is another domain's.</exception>
    void SetRate(DomainRef domain, DeviceNodes device, string? rate);

    /// <summary>All NICs that dom0 serves to domains, anybody's.</summary>
    IReadOnlyList<ServedNic> ServedNics();

    /// <summary>Whether a QEMU is there that serves disks to the domain.</summary>
    bool HasDeviceModel(int domid);

    /// <summary>All disks that dom0 serves to domains, anybody's.</summary>
    IReadOnlyList<ServedDisk> ServedDisks();
}
