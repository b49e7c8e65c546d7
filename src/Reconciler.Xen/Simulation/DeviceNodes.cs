using System.Globalization;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>The nodes of one device in xenstore, where xenstore-paths(7) has them.</summary>
internal sealed class DeviceNodes(XenstoreTree xenstore, int domid, DeviceRef device)
{
    private readonly string _backend = $"/local/domain/0/backend/{Kind(device)}/{domid}/{device.DevId}";
    private readonly string _frontend = $"/local/domain/{domid}/device/{Kind(device)}/{device.DevId}";
    private readonly string _error = $"/local/domain/{domid}/error/device/{Kind(device)}/{device.DevId}";

    public XenbusState? Backend
    {
        get => StateAt(_backend);
        set => Write(_backend, "state", Number(value));
    }

    public XenbusState? Frontend
    {
        get => StateAt(_frontend);
        set => Write(_frontend, "state", Number(value));
    }

    public bool HotplugDone => xenstore.Read($"{_backend}/hotplug-status") == "connected";

    /// <summary>The frontend's driver says why it does not do what it was asked.</summary>
    public string? Error
    {
        get => xenstore.Read($"{_error}/error");
        set => Write(_error, "error", value!);
    }

    /// <summary>What backs a disk; null for a NIC.</summary>
    public string? Path => xenstore.Read($"{_backend}/params");

    public bool ReadOnly => xenstore.Read($"{_backend}/mode") == "r";

    /// <summary>Of a NIC.</summary>
    public string? Mac => xenstore.Read($"{_backend}/mac");

    public bool Exist => Backend is not null || Frontend is not null;

    /// <summary>Whether they are of the device that the mark tells of, and not of one that somebody else put in its place.</summary>
    public bool AreOf(DeviceMark mark)
    {
        if (Backend is null)
            return true;
        return mark.Disk is { } disk
            ? Path == disk.Path && ReadOnly == (disk.ReadOnly || disk.CdRom)
            : Mac == mark.Nic?.Mac;
    }

    /// <summary>The disk that they are of, of no object.</summary>
    public DesiredDisk ReadDisk() => new()
    {
        ObjectUid = Guid.Empty,
        ObjectName = "",
        Device = xenstore.Read($"{_backend}/dev") ?? "",
        DevId = device.DevId,
        Path = Path ?? "",
        Format = xenstore.Read($"{_backend}/type") == "qdisk" ? DiskFormat.Qcow2 : DiskFormat.Raw,
        ReadOnly = ReadOnly,
        CdRom = xenstore.Read($"{_frontend}/device-type") == "cdrom",
    };

    /// <summary>The NIC that they are of, of no object.</summary>
    public DesiredNic ReadNic() => new()
    {
        ObjectUid = Guid.Empty,
        ObjectName = "",
        Index = device.DevId,
        Mac = Mac ?? "",
        Bridge = Bridge ?? "",
        Mtu = int.TryParse(xenstore.Read($"{_frontend}/mtu"), NumberStyles.None, CultureInfo.InvariantCulture, out var mtu) ? mtu : null,
    };

    /// <summary>What a toolstack writes to begin with.</summary>
    public void Write(DesiredDisk disk)
    {
        WriteEnds(disk.ReadOnly || disk.CdRom ? "r" : "w");
        Write(_backend, "params", disk.Path);
        Write(_backend, "dev", disk.Device);
        Write(_backend, "type", disk.Format is DiskFormat.Raw ? "phy" : "qdisk");
        Write(_frontend, "virtual-device", Text(disk.DevId));
        Write(_frontend, "device-type", disk.CdRom ? "cdrom" : "disk");
    }

    /// <inheritdoc cref="Write(DesiredDisk)"/>
    public void Write(DesiredNic nic)
    {
        WriteEnds(mode: null);
        Write(_backend, "mac", nic.Mac);
        PutInPlace(nic);
        Write(_backend, "handle", Text(nic.Index));
        Write(_frontend, "mac", nic.Mac);
        Write(_frontend, "handle", Text(nic.Index));
        if (nic.Mtu is { } mtu)
            Write(_frontend, "mtu", Text(mtu));
    }

    /// <summary>The bridge that the interface of a NIC is in. Of a real host its kernel knows that, and not xenstore.</summary>
    public string? Bridge => xenstore.Read($"{_backend}/sim-bridge");

    /// <summary>What <see cref="RulesOf"/> says of a NIC whose rules are in force.</summary>
    public string? Rules => xenstore.Read($"{_backend}/sim-rules");

    /// <summary>The rules that are in force for a NIC, as one text; null: it needs none.</summary>
    public static string? RulesOf(DesiredNic nic) => nic.IsGuarded ? $"{nic.Vlan} {nic.LinkDown} {nic.Locks}" : null;

    /// <summary>Puts the interface of a NIC in its bridge, with its rules and its rate.</summary>
    public void PutInPlace(DesiredNic nic)
    {
        Write(_backend, "bridge", nic.Bridge);
        Write(_backend, "sim-bridge", nic.Bridge);
        WriteOrRemove("sim-rules", RulesOf(nic));
        WriteOrRemove("rate", nic.RateBytesPerSecond is { } rate ? rate.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The interface leaves its bridge: that is gone, or somebody takes it out.</summary>
    public void LeaveBridge() => xenstore.Remove($"{_backend}/sim-bridge");

    /// <summary>Somebody removes all rules of the host.</summary>
    public void LoseRules() => xenstore.Remove($"{_backend}/sim-rules");

    /// <summary>The driver in dom0 and the hotplug script have done their part.</summary>
    public void WriteReady()
    {
        Backend = XenbusState.InitWait;
        Write(_backend, "hotplug-status", "connected");
    }

    /// <summary>What a toolstack writes when the device is to go.</summary>
    public void WriteClosing()
    {
        Write(_backend, "online", "0");
        Backend = XenbusState.Closing;
    }

    public void RemoveBackend() => xenstore.Remove(_backend);

    public void Remove()
    {
        RemoveBackend();
        xenstore.Remove(_frontend);
        xenstore.Remove(_error);
    }

    private void WriteOrRemove(string node, string? value)
    {
        if (value is null)
            xenstore.Remove($"{_backend}/{node}");
        else
            Write(_backend, node, value);
    }

    private static string Kind(DeviceRef device) => device.Kind is DeviceKind.Vbd ? "vbd" : "vif";

    private void WriteEnds(string? mode)
    {
        Write(_backend, "frontend", _frontend);
        Write(_backend, "frontend-id", Text(domid));
        Write(_backend, "online", "1");
        if (mode is not null)
            Write(_backend, "mode", mode);
        Write(_frontend, "backend", _backend);
        Write(_frontend, "backend-id", "0");
        Backend = XenbusState.Initialising;
        Frontend = XenbusState.Initialising;
    }

    private void Write(string path, string node, string value) => xenstore.Write($"{path}/{node}", value);

    private XenbusState? StateAt(string path) =>
        xenstore.Read($"{path}/state") is { } value ? (XenbusState)int.Parse(value, CultureInfo.InvariantCulture) : null;

    private static string Number(XenbusState? state) => Text((int)state!.Value);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
