using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>Another volume of the same pool.</summary>
public sealed record VolumeReference
{
    /// <summary>The volume's name.</summary>
    [Length(1, VolumeSource.MaximumNameLength)]
    [Pattern(VolumeSource.NamePattern)]
    public required string Name { get; init; }
}
