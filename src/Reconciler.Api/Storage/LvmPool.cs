using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>A pool that is an LVM volume group: each volume is a logical volume.</summary>
public sealed record LvmPool
{
    /// <summary>The longest name of LVM, characters (lvm(8), VALID NAMES).</summary>
    public const int MaximumNameLength = 127;

    internal const string NamePattern = "^[a-zA-Z0-9+_][a-zA-Z0-9+_.-]*$";

    /// <summary>The volume group on the hosts, where their policy allows it.</summary>
    [Length(1, MaximumNameLength)]
    [Pattern(NamePattern)]
    public required string VolumeGroup { get; init; }

    /// <summary>The thin pool in the volume group that volumes are made in. Left out: volumes have all their room from the start.</summary>
    [Length(1, MaximumNameLength)]
    [Pattern(NamePattern)]
    public string? ThinPool { get; init; }
}
