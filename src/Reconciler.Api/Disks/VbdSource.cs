using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>What is on a disk: exactly one of the fields. To server-side apply it is one value: one kind of source never mixes with another.</summary>
[Atomic]
[ValidationRule(
    "(has(self.volume) ? 1 : 0) + (has(self.blockDevice) ? 1 : 0) + (has(self.file) ? 1 : 0) + (has(self.iso) ? 1 : 0) == 1",
    "exactly one of volume, blockDevice, file and iso must be given")]
public sealed record VbdSource
{
    /// <summary>A volume of a XenStoragePool, made if that is asked for.</summary>
    public VolumeSource? Volume { get; init; }

    /// <summary>A block device of the host, where the host's policy allows it.</summary>
    public BlockDeviceSource? BlockDevice { get; init; }

    /// <summary>An image file of the host, in directories that the host's policy allows.</summary>
    public FileSource? File { get; init; }

    /// <summary>An ISO image in a XenStoragePool of the type directory; for a CDROM.</summary>
    public IsoSource? Iso { get; init; }
}
