using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What a person with a shell in domain 0 does to the simulated host: <c>xl</c>, on any domain, and accidents.</summary>
public sealed class ByHand
{
    private readonly SimulatedHost _host;

    internal ByHand(SimulatedHost host) => _host = host;

    /// <summary>xl create: a running domain without our mark. Returns its domid.</summary>
    public int Create(string name, Guid? uuid = null, long memoryKiB = 65536, GuestBehavior? guest = null, DirectBoot? boot = null, DomainType type = DomainType.Pvh) => _host.Act((machine, now) =>
    {
        var domain = machine.Create(uuid ?? Guid.NewGuid(), type, vcpus: 1, memoryKiB, guest ?? new GuestBehavior(), boot);
        domain.Monitored = true;
        machine.WriteXenstore(domain, name);
        machine.Unpause(domain, now);
        return (domain.Domid, (Guid?)domain.Uuid);
    });

    /// <summary>A second domain with the uuid, the mark and the state of another: what must never be. Returns its domid.</summary>
    public int Duplicate(int domid) => _host.Act((machine, now) =>
    {
        var original = Find(machine, domid);
        var copy = machine.Create(original.Uuid, original.Type, original.Vcpus, original.MemoryKiB, original.Guest);
        copy.Mark = original.Mark;
        if (original.State == RunState.Running)
            machine.Unpause(copy, now);
        return (copy.Domid, (Guid?)copy.Uuid);
    });

    /// <summary>xl pause.</summary>
    public void Pause(int domid) => On(domid, (machine, domain, now) => machine.Pause(domain, now));

    /// <summary>xl unpause.</summary>
    public void Unpause(int domid) => On(domid, (machine, domain, now) => machine.Unpause(domain, now));

    /// <summary>xl destroy.</summary>
    public void Destroy(int domid) => On(domid, (machine, domain, now) => machine.Destroy(domain, now));

    /// <summary>xl rename.</summary>
    public void Rename(int domid, string name) => On(domid, (machine, domain, _) => machine.Xenstore.Write(domain.NamePath, name));

    /// <summary>The guest ends now, for this reason; <see cref="ShutdownReason.Suspend"/> is what a save begins with.</summary>
    public void End(int domid, ShutdownReason reason) => On(domid, (machine, domain, now) => machine.ShutDown(domain, reason, now));

    /// <summary>A suspended guest goes on.</summary>
    public void Resume(int domid) => On(domid, (machine, domain, now) => machine.Resume(domain, now));

    /// <summary>xl block-attach. Its backend is ready when this returns.</summary>
    public DeviceRef AttachDisk(int domid, string device, int devId, string path, bool readOnly = false) =>
        Attach(domid, DeviceMark.Of(new DesiredDisk { ObjectUid = Guid.Empty, ObjectName = "", Device = device, DevId = devId, Path = path, ReadOnly = readOnly }, default));

    /// <summary>xl network-attach.</summary>
    public DeviceRef AttachNic(int domid, int index, string mac, string bridge) =>
        Attach(domid, DeviceMark.Of(new DesiredNic { ObjectUid = Guid.Empty, ObjectName = "", Index = index, Mac = mac, Bridge = bridge }, default));

    /// <summary>The first part of xl block-detach, or network-detach: the guest is asked to let go, whosever the device is.</summary>
    public void AskToLetGo(int domid, DeviceRef device) => On(domid, (machine, domain, now) => machine.Xenbus.Close(domain, device, now));

    /// <summary>xl block-detach --force: the device is gone at once, whosever it is.</summary>
    public void Detach(int domid, DeviceRef device) => On(domid, (machine, domain, _) => machine.Xenbus.Unplug(domain, device));

    /// <summary>dom0's end of a device is lost: the process that served it died, or somebody removed its nodes.</summary>
    public void LoseBackend(int domid, DeviceRef device) => On(domid, (machine, domain, _) => machine.Xenbus.Nodes(domain, device).RemoveBackend());

    /// <summary>What a guest's tools write below <c>/local/domain/DOMID</c>: <c>attr/vif/0/ipv4/0</c>, <c>feature/hotplug/vif</c>.</summary>
    public void Write(int domid, string node, string value) => On(domid, (machine, domain, _) => machine.Xenstore.Write($"{XenstoreTree.Domain(domain.Domid)}/{node}", value));

    /// <summary>ip link delete BRIDGE: the interfaces that were in it stay, and are in none.</summary>
    public void RemoveBridge(string bridge) => _host.Act((machine, _) =>
    {
        _host.Files.Remove($"/sys/class/net/{bridge}");
        foreach (var nodes in Nics(machine).Where(nodes => nodes.Bridge == bridge))
            nodes.LeaveBridge();
        return (0, (Guid?)null);
    });

    /// <summary>ip link add BRIDGE type bridge: nothing is in it yet.</summary>
    public void MakeBridge(string bridge) => _host.Act((_, _) =>
    {
        _host.Files.Restore($"/sys/class/net/{bridge}");
        return (0, (Guid?)null);
    });

    /// <summary>nft flush ruleset.</summary>
    public void FlushRules() => _host.Act((machine, _) =>
    {
        foreach (var nodes in Nics(machine))
            nodes.LoseRules();
        return (0, (Guid?)null);
    });

    /// <summary>kill -9 of the process that serves a disk; its nodes stay as they are.</summary>
    public void KillBackend(int domid, DeviceRef device) => On(domid, (_, domain, _) => domain.Devices.Single(d => d.Ref == device).BackendDied = true);

    /// <summary>Our mark is lost: the domain is nobody's.</summary>
    public void LoseMark(int domid) => On(domid, static (_, domain, _) =>
    {
        domain.Mark = null;
        domain.Uuid = domain.XenUuid ?? domain.Uuid;
        domain.XenUuid = null;
    });

    /// <summary>The host loses power and boots again: no domain is left, and domids begin at 1.</summary>
    public void Reboot() => _host.Act((machine, _) =>
    {
        var state = machine.State;
        state.Domains.Clear();
        state.Intents.Clear();
        state.Xenstore.Clear();
        state.NextDomid = 1;
        state.BootId = Guid.NewGuid().ToString();
        _host.EndWorkers();
        return (0, (Guid?)null);
    });

    private static IEnumerable<DeviceNodes> Nics(Machine machine) =>
        machine.State.Domains.SelectMany(domain => domain.Devices.Where(d => d.Ref.Kind is DeviceKind.Vif).Select(d => machine.Xenbus.Nodes(domain, d.Ref)));

    private DeviceRef Attach(int domid, DeviceMark device)
    {
        On(domid, (machine, domain, now) =>
        {
            if (machine.Xenbus.Nodes(domain, device.Device).Exist || device.Disk is { } disk && machine.Xenbus.Sharer(machine.State.Domains, domain, disk) is not null)
                throw new XenException(XenErrorCode.DeviceInUse, "by hand", $"{device.Device} of domain {domid}, or what is to back it, is in use");
            machine.Xenbus.Plug(domain, device);
            machine.Xenbus.Ready(domain, device.Device, now);
        });
        return device.Device;
    }

    private void On(int domid, Action<Machine, SimulatedDomain, DateTimeOffset> act) => _host.Act((machine, now) =>
    {
        var domain = Find(machine, domid);
        act(machine, domain, now);
        return (0, (Guid?)domain.Uuid);
    });

    private static SimulatedDomain Find(Machine machine, int domid) =>
        machine.WithDomid(domid) ?? throw new XenException(XenErrorCode.Stale, "by hand", $"no domain has domid {domid}");
}
