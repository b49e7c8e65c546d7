using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>
/// One device of one object in a plan: what shall be, what is, what is done about it and what it waits for. A device that passes from one
/// object to another has a report for each of them; so has an object that is moved from one device to another, for each of its devices.
/// </summary>
public sealed record DeviceReport
{
    public required DeviceRef Device { get; init; }

    /// <summary>What it is called in the guest: <c>xvda</c>, or the index of a NIC.</summary>
    public required string Name { get; init; }

    public required Guid ObjectUid { get; init; }

    public required string ObjectName { get; init; }

    /// <summary>False: it is there, and shall not be.</summary>
    public required bool Desired { get; init; }

    /// <summary>What the host shows of it, attached for this object; null when nothing is. Never a device of somebody else's.</summary>
    public ObservedDevice? Observed { get; init; }

    /// <summary>What the plan does about it now; null when that is nothing, or is done with the domain as a whole.</summary>
    public Step? Step { get; init; }

    /// <summary>What it waits for when that is done; null when it is as desired then, or waits for its domain only.</summary>
    public Wait? Wait { get; init; }

    /// <summary>Attached, with nothing left to do in dom0. The guest may not be connected: see <see cref="ObservedDevice.Frontend"/>.</summary>
    public bool IsAttached => Observed is { Backend: not null, HotplugDone: true, Mark.DetachRequestedAt: null };

    /// <summary>The disk that it is, or shall be; null for a NIC.</summary>
    internal DesiredDisk? Disk { get; init; }

    /// <summary>As a message names it.</summary>
    public override string ToString() => $"{(Device.Kind is DeviceKind.Vbd ? "VBD" : "VIF")} {ObjectName} ({Name})";

    internal static DeviceReport Of(DeviceMark device, bool desired, ObservedDevice? observed = null) => new()
    {
        Device = device.Device,
        Name = device.Disk?.Device ?? device.Device.DevId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ObjectUid = device.ObjectUid,
        ObjectName = device.Disk?.ObjectName ?? device.Nic?.ObjectName ?? "",
        Desired = desired,
        Observed = observed,
        Disk = device.Disk,
    };
}
