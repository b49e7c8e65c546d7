using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>A pool that is made of block devices that exist. Nothing is made or deleted in it.</summary>
public sealed record BlockDevicePool
{
    /// <summary>The directory of the devices on the hosts: /dev/disk/by-id.</summary>
    [Length(1, BootSpec.MaximumPathLength)]
    [Pattern(BootSpec.AbsolutePath)]
    public required string Directory { get; init; }
}
