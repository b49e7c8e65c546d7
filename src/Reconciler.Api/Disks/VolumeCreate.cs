using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>How a volume is made.</summary>
public sealed record VolumeCreate
{
    /// <summary>The least that a volume can have, bytes (1Mi).</summary>
    public const long MinimumBytes = 1L << 20;

    /// <summary>
    /// The size that the guest sees, as a Kubernetes quantity in bytes: 10Gi. At least 1Mi; rounded up to what the pool can give. Making
    /// it greater grows the volume, also while the guest runs; it never shrinks.
    /// </summary>
    [Length(1, Quantity.MaximumLength)]
    [Pattern(Quantity.Pattern)]
    [ValidationRule(Quantity.CelBytes + " > 1048575.0", "must be at least 1Mi")]
    public required string Size { get; init; }

    /// <summary>What is copied to it. Left out: the volume is empty.</summary>
    public VolumeOrigin? From { get; init; }
}
