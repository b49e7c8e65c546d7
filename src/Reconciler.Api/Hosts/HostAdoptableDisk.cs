using Reconciler.Api.Disks;

namespace Reconciler.Api.Hosts;

/// <summary>A disk of a domain that can be adopted.</summary>
public sealed record HostAdoptableDisk
{
    /// <summary>Its name in the guest: xvda.</summary>
    public required string Device { get; init; }

    /// <summary>The file or block device of the host that it is made of.</summary>
    public required string Path { get; init; }

    /// <summary>How its content is laid out.</summary>
    public required DiskFormat Format { get; init; }

    /// <summary>The guest can't write to it.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>The guest sees a CD-ROM drive with a medium in it.</summary>
    public bool? Cdrom { get; init; }
}
