using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>What a domain boots. Files are in the file system of the host (dom0), in directories that the host's policy allows.</summary>
public sealed record BootSpec
{
    /// <summary>Absolute path of the kernel on the host: an ELF image or a bzImage. /var/lib/reconciler/boot and /boot are allowed by default.</summary>
    [Length(1, 1024)]
    [Pattern("^/[^\\x00]*$")]
    public required string Kernel { get; init; }

    /// <summary>Absolute path of the initial ramdisk on the host, if the kernel needs one.</summary>
    [Length(1, 1024)]
    [Pattern("^/[^\\x00]*$")]
    public string? Ramdisk { get; init; }

    /// <summary>Command line of the kernel: "console=hvc0 root=/dev/xvda1".</summary>
    [Length(0, 2048)]
    public string? Cmdline { get; init; }
}
