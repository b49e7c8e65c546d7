using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Runtime;

namespace Reconciler.Agent.Storage;

/// <summary>What backs a disk on this host: where it is, and how it is made if it is not there.</summary>
internal sealed record DiskSource
{
    /// <summary>Sizes are rounded up to it, bytes: what a guest's file system takes for a block at most, and a multiple of a sector.</summary>
    public const long Granule = 4096;

    /// <summary>Absolute path in dom0, as the resources name it: links on the way are not followed yet.</summary>
    public required string Path { get; init; }

    /// <summary>The pool that it is in; null for a path that the VBD names itself.</summary>
    public PoolPlace? Pool { get; init; }

    /// <summary>True: it has to be a block device. False: it has to be a file.</summary>
    public required bool IsBlockDevice { get; init; }

    public DiskFormat Format { get; init; }

    /// <summary>How it is made; null: it must exist.</summary>
    public VolumeCreate? Create { get; init; }

    /// <summary>The volume that <c>create.from.volume</c> names.</summary>
    public DiskSource? CopyOf { get; init; }

    /// <summary>The VBD that asks for it: a volume is reclaimed only for the one that made it.</summary>
    public required Guid ObjectUid { get; init; }

    /// <summary>The Domain that is to be looked at again when work on the volume has come further.</summary>
    public ObjectKey? Domain { get; init; }

    /// <summary>Whether the Domain has it already: its image can't be rewritten then.</summary>
    public bool IsAttached { get; init; }

    /// <summary>Its name in the pool.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The size that it is to have at least, bytes; null: any.</summary>
    public long? Size => Create is { } create ? checked((Quantity.Parse(create.Size).Bytes + Granule - 1) / Granule * Granule) : null;

    /// <summary>Whether another look asks for the same work.</summary>
    public bool IsSameOrderAs(DiskSource other) => this with { IsAttached = false } == other with { IsAttached = false };
}
