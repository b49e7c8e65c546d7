namespace Reconciler.Xen.Light.Policy;

/// <summary>What the administrator of this host allows domains to use of dom0's file system.</summary>
public sealed record HostPolicy
{
    /// <summary>
    /// Directories that kernels and ramdisks may be in, at any depth. Symbolic links are followed, in these and in the path that is asked
    /// for, before the two are compared.
    /// </summary>
    public IReadOnlyList<string> BootDirectories { get; init; } = ["/var/lib/reconciler/boot", "/boot"];
}
