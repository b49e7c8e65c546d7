namespace Reconciler.Xen.Host;

/// <summary>Direct kernel boot: files in dom0 and a command line.</summary>
/// <param name="Kernel">Absolute path of the kernel in dom0.</param>
/// <param name="Ramdisk">Absolute path of the initial ramdisk in dom0, if any.</param>
/// <param name="Cmdline">Kernel command line.</param>
public sealed record DirectBoot(string Kernel, string? Ramdisk = null, string? Cmdline = null);
