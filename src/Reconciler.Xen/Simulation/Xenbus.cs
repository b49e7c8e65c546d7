using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>
/// Both ends of every device, as their drivers move them: dom0's by what the guest's does, the guest's by what <see cref="GuestBehavior"/>
/// says. Which way a device can go is in one place: <see cref="Next"/>.
/// </summary>
internal sealed class Xenbus(XenstoreTree xenstore)
{
    public DeviceNodes Nodes(SimulatedDomain domain, DeviceRef device) => new(xenstore, domain.Domid, device);

    /// <summary>Writes the nodes of both ends.</summary>
    public void Plug(SimulatedDomain domain, DeviceMark device)
    {
        var nodes = Nodes(domain, device.Device);
        if (device.Disk is { } disk)
            nodes.Write(disk);
        else
            nodes.Write(device.Nic!);
        domain.Devices.RemoveAll(d => d.Ref == device.Device);
        domain.Devices.Add(new SimulatedDevice { Ref = device.Device, Cold = !domain.HasRun });
    }

    /// <summary>dom0's end is ready; the guest can take the device up.</summary>
    public void Ready(SimulatedDomain domain, DeviceRef device, DateTimeOffset now)
    {
        if (Find(domain, device) is not { } plugged)
            return;
        plugged.ThereSince = domain.GuestTime(now);
        Nodes(domain, device).WriteReady();
    }

    /// <summary>The guest is asked to let go. What both ends have given up stays so.</summary>
    public void Close(SimulatedDomain domain, DeviceRef device, DateTimeOffset now)
    {
        var nodes = Nodes(domain, device);
        if (Find(domain, device) is not { } plugged || nodes.Backend is null or XenbusState.Closing or XenbusState.Closed)
            return;
        plugged.AskedAt = domain.GuestTime(now);
        nodes.WriteClosing();
    }

    public void Unplug(SimulatedDomain domain, DeviceRef device)
    {
        Nodes(domain, device).Remove();
        domain.Devices.RemoveAll(d => d.Ref == device);
    }

    /// <summary>
    /// Who else has what backs the disk, if that forbids it: Linux's block script lets any number of readers share it, and a writer none.
    /// </summary>
    public string? Sharer(IEnumerable<SimulatedDomain> domains, SimulatedDomain domain, DesiredDisk disk)
    {
        foreach (var other in domains)
        {
            foreach (var device in other.Devices.Where(d => other != domain || d.Ref != disk.Ref))
            {
                var nodes = Nodes(other, device.Ref);
                if (nodes.Path == disk.Path && nodes.HotplugDone && !(nodes.ReadOnly && (disk.ReadOnly || disk.CdRom)))
                    return $"{device.Ref} of domain {other.Domid}";
            }
        }
        return null;
    }

    /// <summary>Which other NIC of the host has the MAC address.</summary>
    public string? HolderOfMac(IEnumerable<SimulatedDomain> domains, SimulatedDomain domain, DesiredNic nic)
    {
        foreach (var other in domains)
        {
            foreach (var device in other.Devices.Where(d => d.Ref.Kind is DeviceKind.Vif && (other != domain || d.Ref != nic.Ref)))
            {
                if (Nodes(other, device.Ref).Mac == nic.Mac)
                    return $"{device.Ref} of domain {other.Domid}";
            }
        }
        return null;
    }

    /// <summary>What the guest does next with a device, and at which guest time; null while it does nothing.</summary>
    public (TimeSpan At, XenbusEvent Event)? Next(SimulatedDomain domain, SimulatedDevice device)
    {
        var guest = domain.Guest;
        if (device.BackendDied || guest.Devices is DeviceAnswer.NoDriver || guest.Devices is DeviceAnswer.NoHotplug && !device.Cold)
            return null;

        var nodes = Nodes(domain, device.Ref);
        return (nodes.Backend, nodes.Frontend) switch
        {
            // Linux's drivers do not wait for dom0's script to begin with; the backend does, to connect.
            (XenbusState.InitWait, XenbusState.Initialising) => (Up(device.ThereSince), XenbusEvent.TakeUp),
            (XenbusState.InitWait, XenbusState.Initialised) when nodes.HotplugDone => (Up(device.ThereSince) + guest.ConnectDelay, XenbusEvent.Connect),
            (XenbusState.Connected, XenbusState.Connected) when guest.ReattachAfter >= device.ThereSince && !device.HandedOver =>
                (guest.ReattachAfter.Value, XenbusEvent.HandOver),
            (XenbusState.Closing, XenbusState.Initialised or XenbusState.Connected) when guest.Devices is not DeviceAnswer.NoHotplug =>
                (Up(device.AskedAt ?? TimeSpan.Zero), XenbusEvent.BeginToClose),
            (XenbusState.Closing, XenbusState.Closing) when guest.Devices is not DeviceAnswer.Keep =>
                (Up(device.AskedAt ?? TimeSpan.Zero) + guest.LetGoDelay, guest.Devices is DeviceAnswer.Crash ? XenbusEvent.Crash : XenbusEvent.LetGo),
            (XenbusState.Closed, XenbusState.Closed) when device.TakenUpAgainAt is { } again => (again, XenbusEvent.BeginAnew),
            _ => null,
        };

        TimeSpan Up(TimeSpan time) => time > guest.Boot ? time : guest.Boot;
    }

    /// <param name="domain">The domain; not one whose guest does nothing now.</param>
    /// <param name="device">One of its devices.</param>
    /// <param name="happening">What <see cref="Next"/> has told.</param>
    /// <param name="time">The guest's time.</param>
    public void Happen(SimulatedDomain domain, SimulatedDevice device, XenbusEvent happening, TimeSpan time)
    {
        var nodes = Nodes(domain, device.Ref);
        switch (happening)
        {
            case XenbusEvent.TakeUp:
                nodes.Frontend = XenbusState.Initialised;
                break;
            case XenbusEvent.Connect:
                nodes.Frontend = nodes.Backend = XenbusState.Connected;
                break;
            case XenbusEvent.BeginToClose:
                nodes.Frontend = XenbusState.Closing;
                if (domain.Guest.Devices is DeviceAnswer.Keep)
                    nodes.Error = "16 Device in use; refusing to close";
                break;
            case XenbusEvent.LetGo:
                nodes.Frontend = nodes.Backend = XenbusState.Closed;
                if (domain.Guest.Devices is DeviceAnswer.Reattach && !device.HandedOver)
                    HandOver(domain, device, time);
                break;
            case XenbusEvent.HandOver:
                nodes.Frontend = nodes.Backend = XenbusState.Closed;
                HandOver(domain, device, time);
                break;
            case XenbusEvent.BeginAnew:
                device.TakenUpAgainAt = null;
                device.AskedAt = null;
                device.ThereSince = time;
                nodes.Frontend = XenbusState.Initialising;
                nodes.Backend = XenbusState.InitWait;
                break;
            default:
                break;
        }
    }

    /// <summary>The next kernel takes as long to come up as the first one did.</summary>
    private static void HandOver(SimulatedDomain domain, SimulatedDevice device, TimeSpan time)
    {
        device.HandedOver = true;
        device.TakenUpAgainAt = time + domain.Guest.Boot;
    }

    private static SimulatedDevice? Find(SimulatedDomain domain, DeviceRef device) => domain.Devices.Find(d => d.Ref == device);
}
