using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>What a domain boots. Files are in the file system of the host (dom0), in directories that the host's policy allows.</summary>
public sealed record BootSpec
{
    public const int MaximumPathLength = 1024;

    /// <summary>Linux keeps 2048 bytes, the terminating zero counted (COMMAND_LINE_SIZE of x86), and cuts off the rest without a word.</summary>
    public const int MaximumCmdlineLength = 2047;

    /// <summary>Xen hands a PV guest 1024 bytes, the terminating zero counted (MAX_GUEST_CMDLINE, xen/include/public/xen.h).</summary>
    public const int MaximumPvCmdlineLength = 1023;

    internal const string AbsolutePath = @"^/[^\x00]*$";

    /// <summary>Absolute path of the kernel on the host: an ELF image or a bzImage. /var/lib/reconciler/boot and /boot are allowed by default.</summary>
    [Length(1, MaximumPathLength)]
    [Pattern(AbsolutePath)]
    public required string Kernel { get; init; }

    /// <summary>Absolute path of the initial ramdisk on the host, if the kernel needs one.</summary>
    [Length(1, MaximumPathLength)]
    [Pattern(AbsolutePath)]
    public string? Ramdisk { get; init; }

    /// <summary>Command line of the kernel: "console=hvc0 root=/dev/xvda1". At most 2047 bytes, 1023 for PV.</summary>
    [Length(0, MaximumCmdlineLength)]
    public string? Cmdline { get; init; }
}
