namespace Reconciler.Xen.Host;

/// <summary>How the blocks of a disk are laid out in what backs it.</summary>
public enum DiskFormat
{
    /// <summary>As they are: a block device, or a file that is one.</summary>
    Raw,

    /// <summary>QEMU's copy-on-write format: served by QEMU.</summary>
    Qcow2,
}
