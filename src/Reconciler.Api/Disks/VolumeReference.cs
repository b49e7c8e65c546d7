using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>Another volume, of the same format.</summary>
public sealed record VolumeReference
{
    /// <summary>The name of the XenStoragePool that it is in. Left out: that of the new volume.</summary>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    public string? Pool { get; init; }

    /// <summary>The volume's name.</summary>
    [Length(1, VolumeSource.MaximumNameLength)]
    [Pattern(VolumeSource.NamePattern)]
    public required string Name { get; init; }
}
