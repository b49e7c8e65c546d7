using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>An ISO image in a pool.</summary>
public sealed record IsoSource
{
    /// <summary>The name of the XenStoragePool, of the type directory.</summary>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    public required string Pool { get; init; }

    /// <summary>The name of the image in the pool: debian-13.iso.</summary>
    [Length(1, VolumeSource.MaximumNameLength)]
    [Pattern(VolumeSource.NamePattern)]
    public required string Name { get; init; }
}
