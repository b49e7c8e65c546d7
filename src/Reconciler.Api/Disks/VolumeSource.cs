using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>A volume of a pool.</summary>
public sealed record VolumeSource
{
    public const int MaximumNameLength = 127;

    // What file names, LVM names and the names in /dev/disk/by-id have in common; no '/', and no leading dot, so neither "." nor "..".
    internal const string NamePattern = @"^[a-zA-Z0-9_][a-zA-Z0-9_.:@=+-]*$";

    /// <summary>The name of the XenStoragePool.</summary>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    public required string Pool { get; init; }

    /// <summary>The volume's name in the pool: of a file in a directory, of a logical volume, or of a block device.</summary>
    [Length(1, MaximumNameLength)]
    [Pattern(NamePattern)]
    public required string Name { get; init; }

    /// <summary>How the content is laid out: Raw, or Qcow2, which only a pool of the type directory can hold.</summary>
    [Default(DiskFormat.Raw)]
    public DiskFormat? Format { get; init; }

    /// <summary>Makes the volume where it does not exist. Left out: it must exist.</summary>
    public VolumeCreate? Create { get; init; }

    /// <summary>
    /// What becomes of the volume when the VBD is deleted: Retain (it stays) or Delete (with all that is on it). Only a volume that was
    /// made by create is ever deleted.
    /// </summary>
    [Default(ReclaimPolicy.Retain)]
    public ReclaimPolicy? Reclaim { get; init; }
}
