using Reconciler.Api.Disks;

namespace Reconciler.Agent.Storage;

/// <summary>What backs a disk on this host: where it is, and how it is made if it is not there.</summary>
internal sealed record DiskSource
{
    /// <summary>Absolute path in dom0, as the resources name it: links on the way are not followed yet.</summary>
    public required string Path { get; init; }

    /// <summary>The pool that it is in; null for a path that the VBD names itself.</summary>
    public PoolPlace? Pool { get; init; }

    /// <summary>True: it has to be a block device. False: it has to be a file.</summary>
    public required bool IsBlockDevice { get; init; }

    public DiskFormat Format { get; init; }

    /// <summary>How it is made; null: it must exist.</summary>
    public VolumeCreate? Create { get; init; }

    /// <summary>The VBD that asks for it: a volume is reclaimed only for the one that made it.</summary>
    public required Guid ObjectUid { get; init; }
}
