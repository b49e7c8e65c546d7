namespace Reconciler.Xen.Light.Policy;

/// <summary>What the administrator of this host allows domains to use of dom0: files, block devices, bridges.</summary>
public sealed record HostPolicy
{
    /// <summary>
    /// Directories that kernels and ramdisks may be in, at any depth. Symbolic links are followed, in these and in the path that is asked
    /// for, before the two are compared.
    /// </summary>
    public IReadOnlyList<string> BootDirectories { get; init; } = ["/var/lib/reconciler/boot", "/boot"];

    /// <summary>
    /// Directories that the images of disks may be in, at any depth, links followed as for <see cref="BootDirectories"/>. One below
    /// <c>/dev</c> allows the block devices in it, links to them included (<c>/dev/vg0</c>: the volumes of a volume group): links there are
    /// made by the kernel's device manager. A block device may also be named itself.
    /// </summary>
    public IReadOnlyList<string> DiskDirectories { get; init; } = ["/var/lib/reconciler/disks"];

    /// <summary>Bridges that NICs may be plugged into.</summary>
    public IReadOnlyList<string> Bridges { get; init; } = ["xenbr0"];

    /// <summary>Xen names of domains of others that may be adopted; <c>*</c>: of all of them. None, unless it is said.</summary>
    public IReadOnlyList<string> AdoptableDomains { get; init; } = [];
}
