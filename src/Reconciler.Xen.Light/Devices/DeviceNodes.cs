using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Xen.Light.Devices;

/// <summary>What xenstore has of one device (xenstore-paths(7)), at one moment.</summary>
internal sealed record DeviceNodes
{
    /// <summary>A guest may write what it likes about its own failures; this much of it is shown.</summary>
    private const int MaxErrorLength = 200;

    public required DeviceRef Ref { get; init; }

    /// <summary>The directory of dom0's end: <c>/local/domain/0/backend/vbd/3/51712</c>.</summary>
    public required string BackendPath { get; init; }

    public XenbusState? Backend { get; init; }

    public XenbusState? Frontend { get; init; }

    /// <summary>What the hotplug script has said last: <c>connected</c>, <c>error</c>, <c>busy</c>.</summary>
    public string? HotplugStatus { get; init; }

    public string? HotplugError { get; init; }

    public string? BackendError { get; init; }

    public string? FrontendError { get; init; }

    /// <summary>What backs a disk: a path, after <c>FORMAT:</c> where QEMU serves it.</summary>
    public string? Params { get; init; }

    /// <summary><c>w</c> or <c>r</c>, of a disk.</summary>
    public string? Mode { get; init; }

    /// <summary>Of a NIC.</summary>
    public string? Mac { get; init; }

    /// <summary>What the guest says of its addresses on a NIC.</summary>
    public ValueList<string> Addresses { get; init => field = value ?? []; } = [];

    /// <summary>The process id of the domain's QEMU, of a disk that it serves; 0 for any other device, and where it is not known.</summary>
    public int DeviceModelPid { get; init; }

    public bool IsServedByQemu => IsQemus(BackendPath);

    /// <summary>See <see cref="ObservedDevice.HotplugDone"/>. QEMU's backends have no script.</summary>
    public bool HotplugDone => Backend is not null && (IsServedByQemu || HotplugStatus is "connected");

    /// <summary>
    /// Whether they are of the device that our mark tells of, and not of one that somebody else has put in its place. The mark has the path
    /// of a disk as it was asked for, xenstore as it was resolved; a path that leads nowhere any more tells nothing.
    /// </summary>
    public bool AreOf(DeviceMark mark)
    {
        if (mark.Device != Ref) return false;
        if (Backend is null) return true;
        if (mark.Nic is { } nic) return string.Equals(Mac, nic.Mac, StringComparison.OrdinalIgnoreCase);
        if (mark.Disk is not { } disk || Params is null || Mode is "r" != (disk.ReadOnly || disk.CdRom)) return false;
        var path = IsServedByQemu ? Params[(Params.IndexOf(':', StringComparison.Ordinal) + 1)..] : Params;
        return path == disk.Path || RealPath.Of(disk.Path) is not { } real || real == path;
    }

    public static bool IsQemus(string backendPath) => backendPath.Contains("/qdisk/", StringComparison.Ordinal);

    public ObservedDevice ToObserved(int domid, DeviceMark? mark) => new()
    {
        Ref = Ref,
        Mark = mark,
        Backend = Backend,
        Frontend = Frontend,
        HotplugDone = HotplugDone,
        BackendDied = DeviceModelPid != 0 && Backend is not null && DeviceModel.HasEnded(DeviceModelPid, domid),
        Error = Error,
        Addresses = Addresses,
        Interface = Ref.Kind is DeviceKind.Vif && Backend is not null ? NicPorts.NameOf(domid, Ref.DevId) : null,
    };

    /// <summary>Linux leaves an error where it wrote it; that of a device in use is an old one.</summary>
    private string? Error => (Backend, Frontend) is (XenbusState.Connected, XenbusState.Connected) ? null : Shown(HotplugError ?? BackendError ?? FrontendError);

    private static string? Shown(string? error) =>
        error is null ? null : string.Concat(error.Take(MaxErrorLength).Select(c => char.IsControl(c) ? ' ' : c)).Trim();
}
