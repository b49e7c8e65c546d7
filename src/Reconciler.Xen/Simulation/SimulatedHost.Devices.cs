using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <content>Devices: attached and taken away in micro-steps, seen as xenstore and the mark have them.</content>
public sealed partial class SimulatedHost
{
    public Task AttachDiskAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken) =>
        AttachAsync(HostOperation.AttachDisk, domain, DeviceMark.Of(disk, default), cancellationToken);

    public Task AttachNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken) =>
        AttachAsync(HostOperation.AttachNic, domain, DeviceMark.Of(nic, default), cancellationToken);

    public Task ConfigureNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken)
    {
        var device = DeviceMark.Of(nic, default);
        return OperateAsync(HostOperation.ConfigureNic, domain.Uuid,
        [
            new("apply", () =>
            {
                var target = RequireAlive(domain, HostOperation.ConfigureNic);
                var nodes = _machine.Xenbus.Nodes(target, nic.Ref);
                if (See(target, nic.Ref, nodes).Mark is not { } mark)
                    throw Error(XenErrorCode.NotOurs, HostOperation.ConfigureNic, $"{nic.Ref} of domain {domain.Domid} carries no mark of ours");
                if (!mark.CanBecome(device))
                    throw Error(XenErrorCode.InvalidConfiguration, HostOperation.ConfigureNic, $"{nic.Ref} of domain {domain.Domid} can't be changed so while it is attached");
                if (Objection(device) is { } objection)
                    throw Error(XenErrorCode.FileNotUsable, HostOperation.ConfigureNic, objection.Message);
                nodes.PutInPlace(nic);
            }),
            new("mark", () =>
            {
                var target = RequireAlive(domain, HostOperation.ConfigureNic);
                target.Mark = target.Mark!.WithNic(nic);
            }),
        ], cancellationToken);
    }

    public Task RequestDetachAsync(DomainRef domain, DeviceRef device, CancellationToken cancellationToken) =>
        OperateAsync(HostOperation.RequestDetach, domain.Uuid,
        [
            new("mark", () =>
            {
                var target = RequireAlive(domain, HostOperation.RequestDetach);
                if (RequireOurs(target, device, HostOperation.RequestDetach))
                    target.Mark = target.Mark!.WithDetachRequest(device, _time.GetUtcNow());
            }),
            new("close", () =>
            {
                var target = RequireAlive(domain, HostOperation.RequestDetach);
                if (RequireOurs(target, device, HostOperation.RequestDetach))
                    _machine.Xenbus.Close(target, device, _time.GetUtcNow());
            }),
        ], cancellationToken);

    public Task DetachAsync(DomainRef domain, DeviceRef device, bool force, CancellationToken cancellationToken) =>
        OperateAsync(HostOperation.Detach, domain.Uuid,
        [
            new("nodes", () =>
            {
                var target = Require(domain, HostOperation.Detach);
                if (!RequireOurs(target, device, HostOperation.Detach))
                    return;
                var nodes = _machine.Xenbus.Nodes(target, device);
                if (!force && target.State != RunState.ShutDown && !See(target, device, nodes).IsLetGo)
                    throw Error(XenErrorCode.DeviceBusy, HostOperation.Detach, $"{device} of {domain}: the guest has not let go of it ({nodes.Frontend})");
                _machine.Xenbus.Unplug(target, device);
            }),
            new("mark", () =>
            {
                var target = Require(domain, HostOperation.Detach);
                if (RequireOurs(target, device, HostOperation.Detach))
                    target.Mark = target.Mark!.WithoutDevice(device);
            }),
        ], cancellationToken);

    private Task AttachAsync(HostOperation operation, DomainRef domain, DeviceMark device, CancellationToken cancellationToken)
    {
        var done = false;
        return OperateAsync(operation, domain.Uuid,
        [
            new("mark", () =>
            {
                var target = RequireAlive(domain, operation);
                done = IsAttached(target, device);
                if (done)
                    return;
                if (Objection(device) is { } objection)
                    throw Error(XenErrorCode.FileNotUsable, operation, objection.Message);
                RequireFree(target, device, operation);
                target.Mark = target.Mark!.WithDevice(device with { AttachRequestedAt = _time.GetUtcNow() });
            }),
            new("nodes", () =>
            {
                var target = RequireAlive(domain, operation);
                if (done)
                    return;
                RequireFree(target, device, operation);
                _machine.Xenbus.Plug(target, device);
            }),
            new("hotplug", () =>
            {
                var target = RequireAlive(domain, operation);
                if (done)
                    return;
                if (Refusal(target, device, operation) is { } refused)
                {
                    // As libxl does when the script fails.
                    _machine.Xenbus.Unplug(target, device.Device);
                    target.Mark = target.Mark!.WithoutDevice(device.Device);
                    throw refused;
                }
                _machine.Xenbus.Ready(target, device.Device, _time.GetUtcNow());
            }),
        ], cancellationToken);
    }

    /// <summary>What a create does for the devices; nothing for a domain without any.</summary>
    private IEnumerable<MicroStep> DeviceSteps(DesiredDomain domain, Func<SimulatedDomain> made)
    {
        if (domain.Disks.Count + domain.Nics.Count == 0)
            yield break;
        yield return new("devices", () =>
        {
            foreach (var device in DevicesOf(domain))
                _machine.Xenbus.Plug(made(), device);
        });
        yield return new("hotplug", () =>
        {
            foreach (var device in DevicesOf(domain))
            {
                if (Refusal(made(), device, HostOperation.CreatePaused) is { } refused)
                {
                    Unmake(made());
                    throw refused;
                }
                _machine.Xenbus.Ready(made(), device.Device, _time.GetUtcNow());
            }
        });
    }

    private IEnumerable<DeviceMark> DevicesOf(DesiredDomain domain)
    {
        var now = _time.GetUtcNow();
        return [.. domain.Disks.Select(d => DeviceMark.Of(d, now)), .. domain.Nics.Select(n => DeviceMark.Of(n, now))];
    }

    internal IEnumerable<ObservedDevice> SeeDevices(SimulatedDomain domain)
    {
        var marked = domain.Mark?.Devices.Select(d => d.Device) ?? [];
        return domain.Devices.Select(d => d.Ref).Union(marked).Select(device => See(domain, device, _machine.Xenbus.Nodes(domain, device)));
    }

    private ObservedDevice See(SimulatedDomain domain, DeviceRef device, DeviceNodes nodes) => new()
    {
        Ref = device,
        Mark = domain.Mark?.Devices.FirstOrDefault(d => d.Device == device && nodes.AreOf(d)),
        Backend = nodes.Backend,
        Frontend = nodes.Frontend,
        HotplugDone = nodes.HotplugDone,
        BackendDied = nodes.Backend is not null && domain.Devices.Exists(d => d.Ref == device && d.BackendDied),
        Error = nodes.Error,
        Interface = device.Kind is DeviceKind.Vif && nodes.Backend is not null ? $"vif{domain.Domid}.{device.DevId}" : null,
        Addresses = AddressesOf(domain, device),
        Port = domain.Mark?.Devices.FirstOrDefault(d => d.Device == device && nodes.AreOf(d))?.Nic is { } nic && nodes.Backend is not null ? PortOf(nodes, nic) : null,
    };

    private ValueList<string> AddressesOf(SimulatedDomain domain, DeviceRef device) => device.Kind is not DeviceKind.Vif ? [] :
        GuestAddresses.Parse(GuestAddresses.Nodes(device.DevId).Select(node => _machine.Xenstore.Read($"{XenstoreTree.Domain(domain.Domid)}/{node}")));

    private NicPort PortOf(DeviceNodes nodes, DesiredNic nic) =>
        !Files.Exists($"/sys/class/net/{nic.Bridge}") ? NicPort.BridgeGone
        : nodes.Bridge == nic.Bridge && nodes.Rules == DeviceNodes.RulesOf(nic) ? NicPort.InPlace
        : NicPort.Astray;

    /// <summary>What is missing of what the device is to be made of.</summary>
    private HostObjection? Objection(DeviceMark device)
    {
        if (device.Nic is { } nic)
        {
            return Files.Exists($"/sys/class/net/{nic.Bridge}") ? null : new HostObjection($"vif {nic.ObjectName}", "BridgeNotFound",
                $"There is no bridge {nic.Bridge} on this host. Create it, or correct the name.");
        }
        var disk = device.Disk!;
        if (!IsAllowed(disk.Path, _options.AllowedDiskDirectories))
        {
            return new HostObjection($"vbd {disk.ObjectName}", "PathNotAllowed",
                $"{disk.Path} is outside of the directories that this host allows: {string.Join(", ", _options.AllowedDiskDirectories)}.");
        }
        return Files.Exists(disk.Path) ? null : new HostObjection($"vbd {disk.ObjectName}", "DiskNotFound",
            $"{disk.Path} does not exist on this host. Put it there, or correct the path.");
    }

    /// <summary>What the backend, or its hotplug script, has against the device.</summary>
    private XenException? Refusal(SimulatedDomain domain, DeviceMark device, HostOperation operation)
    {
        if (device.Disk is not { } disk)
        {
            return _machine.Xenbus.HolderOfMac(_machine.State.Domains, domain, device.Nic!) is { } holder
                ? Error(XenErrorCode.DeviceInUse, operation, $"the MAC address {device.Nic!.Mac} is that of {holder}")
                : null;
        }
        if (_machine.Xenbus.Sharer(_machine.State.Domains, domain, disk) is { } sharer)
            return Error(XenErrorCode.DeviceInUse, operation, $"{disk.Path} is in use by {sharer} and can't be shared with a writer");
        return Files.IsCorrupt(disk.Path) ? Error(XenErrorCode.InvalidConfiguration, operation, $"{disk.Path} is no {disk.Format} image") : null;
    }

    private bool IsAttached(SimulatedDomain domain, DeviceMark device) =>
        See(domain, device.Device, _machine.Xenbus.Nodes(domain, device.Device)) is { Mark: { DetachRequestedAt: null } mark, Backend: not null, HotplugDone: true }
        && mark.IsSameAs(device);

    private void RequireFree(SimulatedDomain domain, DeviceMark device, HostOperation operation)
    {
        if (_machine.Xenbus.Nodes(domain, device.Device).Exist)
            throw Error(XenErrorCode.DeviceInUse, operation, $"{device.Device} of domain {domain.Domid} is there already");
    }

    /// <returns>False when there is no such device (any more).</returns>
    private bool RequireOurs(SimulatedDomain domain, DeviceRef device, HostOperation operation)
    {
        var nodes = _machine.Xenbus.Nodes(domain, device);
        if (See(domain, device, nodes).Mark is not null)
            return true;
        return nodes.Exist ? throw Error(XenErrorCode.NotOurs, operation, $"{device} of domain {domain.Domid} carries no mark of ours") : false;
    }
}
