using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Memory of a domain.</summary>
public sealed record MemorySpec
{
    /// <summary>The least that a domain can have, bytes (32Mi).</summary>
    public const long MinimumBytes = 32L * 1024 * 1024;

    /// <summary>
    /// Memory at boot, as a Kubernetes quantity in bytes: 512Mi, 4Gi, 1.5Gi. At least 32Mi; rounded down to whole KiB. The host needs a
    /// little more for the hypervisor's own tables. A change takes effect when the domain is next started.
    /// </summary>
    [Length(1, Quantity.MaximumLength)]
    [Pattern(Quantity.Pattern)]
    [ValidationRule(Quantity.CelBytes + " > 33554431.0", "must be at least 32Mi: a kernel does not boot with less")]
    public required string Size { get; init; }
}
