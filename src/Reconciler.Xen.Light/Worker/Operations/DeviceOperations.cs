using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>
/// The operations that change a domain's devices, each under the device's lock, side by side with those on its other devices. The entry in the
/// mark is there before a device is and goes after it: whatever a process that ends in between leaves is observed as a device of ours.
/// </summary>
internal sealed class DeviceOperations(ILibxl libxl, IDeviceStore store, LoopDevices loops, DiskClaims claims, NicClaims nics, NicPorts ports, MarkedDomains domains)
{
    /// <summary>As long as libxl waits for a backend of dom0's kernel (LIBXL_INIT_TIMEOUT); for QEMU's it does not wait at all.</summary>
    private static readonly TimeSpan QemuPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan QemuPoll = TimeSpan.FromMilliseconds(20);

    public void Attach(AttachRequest request)
    {
        var device = request.Device;
        using var held = domains.Lock(request.Domain.Uuid, device.Device, request.Operation);
        var domain = domains.RequireAlive(request.Domain, request.Operation);
        if (store.Find(domain.Domid, device.Device) is { } there)
        {
            if (IsAttached(domain, there, device)) return;
            throw new XenException(XenErrorCode.DeviceInUse, request.Operation, $"{device.Device} of {request.Domain} is there already, {Holder(domain, there)}");
        }
        RequireDeviceModel(domain, device, request.Operation);
        ConfigurationCheck.Verify(request.Configuration, (json, quiet) => libxl.ReadBack(device.Device.Kind, json, quiet));
        using var claim = claims.Claim(device.Disk is { } disk ? [disk] : [], request.Operation);
        if (device.Nic is { } nic) nics.Require(nic, domain.Domid, request.Operation);

        domains.Update(request.Domain, mark => mark.WithDevice(device), request.Operation);
        try
        {
            if (device.Nic is { } prepared) ports.Prepare(Name(domain.Domid, prepared), prepared);
            libxl.AddDevice(device.Device.Kind, domain.Domid, request.Configuration);
            AwaitQemu(domain, device, request.Operation);
            if (device.Nic is { } settled) ports.Settle(Name(domain.Domid, settled), settled, before: null);
        }
        catch (LibxlException e) when (e.Code is LibxlErrorCode.ERROR_DEVICE_EXISTS)
        {
            domains.Update(request.Domain, mark => mark.WithoutDevice(device.Device), request.Operation);
            throw new XenException(XenErrorCode.DeviceInUse, request.Operation, $"{device.Device} of {request.Domain} was attached by somebody else just now");
        }
        catch (Exception e) when (e is LibxlException or XenException)
        {
            TakeBack(domain, device, request.Operation);
            throw;
        }
    }

    /// <summary>What is in force comes first, then the mark: cut short in between, it is done again.</summary>
    public void Configure(ConfigureNicRequest request)
    {
        var nic = request.Nic;
        using var held = domains.Lock(request.Domain.Uuid, nic.Ref, request.Operation);
        var domain = domains.RequireAlive(request.Domain, request.Operation);
        if (store.Find(domain.Domid, nic.Ref) is not { Backend: not null } there)
            throw new XenException(XenErrorCode.Stale, request.Operation, $"{nic.Ref} of {request.Domain} is not there any more");
        if (RequireOurs(domain, nic.Ref, there, request.Operation)?.Nic is not { } before || !before.CanBecome(nic))
            throw new XenException(XenErrorCode.InvalidConfiguration, request.Operation, $"{nic.Ref} of {request.Domain} can't be changed so while the guest has it");
        ports.Require(nic, request.Operation);
        ports.Settle(Name(domain.Domid, nic), nic, before);
        store.SetRate(new DomainRef(domain.XenUuid, domain.Domid), there, NicConfiguration.Rate(nic));
        domains.Update(request.Domain, mark => mark.WithNic(nic), request.Operation);
    }

    /// <summary>The mark comes first: the time of the request is never later than what the guest saw.</summary>
    public void RequestDetach(RequestDetachRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Device, request.Operation);
        var domain = domains.RequireAlive(request.Domain, request.Operation);
        var there = store.Find(domain.Domid, request.Device);
        if (RequireOurs(domain, request.Device, there, request.Operation) is null) return;
        domains.Update(request.Domain, mark => mark.WithDetachRequest(request.Device, request.At), request.Operation);
        if (there is not null) store.Close(new DomainRef(domain.XenUuid, domain.Domid), there);
    }

    public void Detach(DetachRequest request)
    {
        using var held = domains.Lock(request.Domain.Uuid, request.Device, request.Operation);
        var domain = domains.RequireOurs(request.Domain, request.Operation);
        var there = store.Find(domain.Domid, request.Device);
        if (RequireOurs(domain, request.Device, there, request.Operation) is not { } entry) return;
        if (there is not null)
        {
            if (!request.Force && domain.State is not RunState.ShutDown && !there.ToObserved(domain.Domid, entry).IsLetGo)
                throw new XenException(XenErrorCode.DeviceBusy, request.Operation, $"{request.Device} of {request.Domain}: the guest has not let go of it (backend {there.Backend}, frontend {there.Frontend})");
            Remove(domain.Domid, entry, there);
        }
        Release(domain.Domid, entry);
        domains.Update(request.Domain, mark => mark.WithoutDevice(request.Device), request.Operation);
    }

    /// <summary>One of ours that both ends have given up goes by itself; any other one only when the guest's end is taken away first.</summary>
    private void Remove(int domid, DeviceMark entry, DeviceNodes there)
    {
        var configuration = entry.Disk is { } disk ? DiskConfiguration.ToJson(disk) : NicConfiguration.ToJson(entry.Nic!);
        try
        {
            libxl.RemoveDevice(entry.Device.Kind, domid, configuration, force: there.Backend is not (null or XenbusState.Closed));
        }
        catch (LibxlException) when (store.Find(domid, entry.Device) is null or { Backend: null, Frontend: null })
        {
            // Of a backend that never answers libxl removes the nodes by force all the same, and tells of its waiting in vain (10 s).
        }
    }

    /// <summary>
    /// libxl leaves what it has written of a device that it could not attach. No guest can have connected to it. What can't be removed
    /// either keeps its entry, and is observed.
    /// </summary>
    private void TakeBack(ObservedDomain domain, DeviceMark device, string operation)
    {
        if (store.Find(domain.Domid, device.Device) is { } left)
        {
            try
            {
                Remove(domain.Domid, device, left);
            }
            catch (LibxlException)
            {
                return; // that it could not be attached is what the caller must hear
            }
        }
        Release(domain.Domid, device);
        domains.Update(domain.Ref, mark => mark.WithoutDevice(device.Device), operation);
    }

    /// <summary>What libxl does not know of.</summary>
    private void Release(int domid, DeviceMark device)
    {
        loops.Release(device);
        if (device.Nic is { } nic) ports.Forget(Name(domid, nic));
    }

    private static string Name(int domid, DesiredNic nic) => NicPorts.NameOf(domid, nic.Index);

    private static bool IsAttached(ObservedDomain domain, DeviceNodes there, DeviceMark device) =>
        there is { Backend: not null, HotplugDone: true }
        && domain.Mark!.Devices.Any(entry => entry.DetachRequestedAt is null && there.AreOf(entry) && entry.IsSameAs(device));

    private static string Holder(ObservedDomain domain, DeviceNodes there) => domain.Mark!.Devices.FirstOrDefault(there.AreOf) switch
    {
        null => "attached by somebody else",
        { DetachRequestedAt: not null } => "on its way out",
        { } entry when !there.HotplugDone => $"not all of it: an attach for {Name(entry)} was cut short",
        { } entry => $"attached for {Name(entry)}",
    };

    private static string Name(DeviceMark entry) => $"{entry.Disk?.ObjectName ?? entry.Nic?.ObjectName} ({entry.ObjectUid})";

    /// <returns>Null when nothing of it is there any more.</returns>
    private static DeviceMark? RequireOurs(ObservedDomain domain, DeviceRef device, DeviceNodes? there, string operation)
    {
        var entry = domain.Mark!.Devices.FirstOrDefault(entry => entry.Device == device && there?.AreOf(entry) is not false);
        return entry is not null || there is null
            ? entry
            : throw new XenException(XenErrorCode.NotOurs, operation, $"{device} of {domain.Ref} carries no mark of ours");
    }

    /// <summary>libxl starts a domain's QEMU when it creates the domain, and never later (<c>libxl__dm_check_start</c>).</summary>
    private void RequireDeviceModel(ObservedDomain domain, DeviceMark device, string operation)
    {
        if (device.Disk is not { } disk || !DiskConfiguration.IsServedByQemu(disk) || store.HasDeviceModel(domain.Domid)) return;
        throw new XenException(XenErrorCode.NotSupported, operation,
            $"{disk.Path} is {disk.Format} and needs a QEMU, which this domain was started without: it can be attached when the domain starts again, or any time to one that has started with such a disk. A raw disk needs none.");
    }

    private void AwaitQemu(ObservedDomain domain, DeviceMark device, string operation)
    {
        if (device.Disk is not { } disk || !DiskConfiguration.IsServedByQemu(disk)) return;
        for (var deadline = Environment.TickCount64 + (long)QemuPatience.TotalMilliseconds; ; Thread.Sleep(QemuPoll))
        {
            if (store.Find(domain.Domid, device.Device) is { Backend: not (null or XenbusState.Unknown or XenbusState.Initialising) }) return;
            if (Environment.TickCount64 < deadline) continue;
            throw new XenException(XenErrorCode.InvalidConfiguration, operation,
                $"QEMU has not opened {disk.Path} within {QemuPatience.TotalSeconds:0} s; /var/log/xen/qemu-dm-{domain.XenName ?? domain.Mark!.BootedWith.XenName}.log says why. A damaged image, or one of another format than {disk.Format}, is one reason.");
        }
    }
}
