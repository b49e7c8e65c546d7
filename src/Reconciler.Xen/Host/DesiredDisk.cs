namespace Reconciler.Xen.Host;

/// <summary>One disk as it should be attached to a domain.</summary>
public sealed record DesiredDisk
{
    /// <summary>The uid of the object that asks for it: another object with the same device is another disk.</summary>
    public required Guid ObjectUid { get; init; }

    /// <summary>The name of that object, for messages.</summary>
    public required string ObjectName { get; init; }

    /// <summary>Its name in the guest, as xl.cfg(5) has it: <c>xvda</c>.</summary>
    public required string Device { get; init; }

    /// <summary>The number that <see cref="Device"/> stands for.</summary>
    public required int DevId { get; init; }

    /// <summary>Absolute path in dom0 of the block device or file that backs it.</summary>
    public required string Path { get; init; }

    public DiskFormat Format { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>Shown to the guest as a CD-ROM drive with a medium in it. Always read-only.</summary>
    public bool CdRom { get; init; }

    public DeviceRef Ref => new(DeviceKind.Vbd, DevId);
}
