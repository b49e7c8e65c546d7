namespace Reconciler.Xen.Host;

/// <summary>
/// What the mark of a domain keeps of one of its devices: the proof that the device is ours, and what the next process must know. Written
/// before the device is attached and struck after it was removed, so that a crash in between leaves the entry and not the device alone.
/// </summary>
/// <param name="Device">Which device.</param>
/// <param name="AttachRequestedAt">When its attachment began.</param>
public sealed record DeviceMark(DeviceRef Device, DateTimeOffset AttachRequestedAt)
{
    /// <summary>How the disk was attached; set exactly for a VBD.</summary>
    public DesiredDisk? Disk { get; init; }

    /// <summary>How the NIC was attached; set exactly for a VIF.</summary>
    public DesiredNic? Nic { get; init; }

    /// <summary>When the guest was first asked to let go of it, or when we tried to; null if nobody was.</summary>
    public DateTimeOffset? DetachRequestedAt { get; init; }

    /// <summary>The object that asked for it.</summary>
    public Guid ObjectUid => Disk?.ObjectUid ?? Nic?.ObjectUid ?? Guid.Empty;

    /// <summary>Whether both are of the same object, attached in the same way. How the object is called makes no difference.</summary>
    public bool IsSameAs(DeviceMark other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Device == other.Device
            && Disk == (other.Disk is { } disk ? disk with { ObjectName = Disk?.ObjectName ?? disk.ObjectName } : null)
            && Nic == (other.Nic is { } nic ? nic with { ObjectName = Nic?.ObjectName ?? nic.ObjectName } : null);
    }

    /// <summary>Whether it can be made the other while the guest has it.</summary>
    public bool CanBecome(DeviceMark other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Nic is { } nic && other.Nic is { } wanted && nic.CanBecome(wanted);
    }

    public static DeviceMark Of(DesiredDisk disk, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(disk);
        return new DeviceMark(disk.Ref, at) { Disk = disk };
    }

    public static DeviceMark Of(DesiredNic nic, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(nic);
        return new DeviceMark(nic.Ref, at) { Nic = nic };
    }
}
