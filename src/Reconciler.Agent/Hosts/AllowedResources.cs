namespace Reconciler.Agent.Hosts;

/// <summary>What of dom0 domains may use, as the command line has it. An empty list leaves the adapter's default.</summary>
internal sealed record AllowedResources
{
    /// <summary>Directories that kernels and ramdisks may be in.</summary>
    public IReadOnlyList<string> BootDirectories { get; init; } = [];

    /// <summary>Directories and block devices that disks may be made of.</summary>
    public IReadOnlyList<string> DiskDirectories { get; init; } = [];

    /// <summary>Bridges that NICs may be plugged into.</summary>
    public IReadOnlyList<string> Bridges { get; init; } = [];

    /// <summary>Xen names of domains of others that may be adopted; <c>*</c>: of all.</summary>
    public IReadOnlyList<string> AdoptableDomains { get; init; } = [];
}
