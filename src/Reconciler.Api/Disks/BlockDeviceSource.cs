using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>A block device of the host.</summary>
public sealed record BlockDeviceSource
{
    /// <summary>Absolute path of the device on the host. Names below /dev/disk/by-id stay the same when the host boots anew.</summary>
    [Length(1, BootSpec.MaximumPathLength)]
    [Pattern(BootSpec.AbsolutePath)]
    public required string Path { get; init; }
}
