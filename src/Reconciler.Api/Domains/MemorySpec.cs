using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Memory of a domain.</summary>
public sealed record MemorySpec
{
    /// <summary>The least that a domain can have, bytes (32Mi).</summary>
    public const long MinimumBytes = 32L * 1024 * 1024;

    // CEL's quantity library came with API server 1.29; plain string functions work from 1.25 on, where rules began.
    private const string AtLeast32Mi =
        "(self.endsWith('Ki') ? double(self.replace('Ki', '')) * 1024.0"
        + " : self.endsWith('Mi') ? double(self.replace('Mi', '')) * 1048576.0"
        + " : self.endsWith('Gi') ? double(self.replace('Gi', '')) * 1073741824.0"
        + " : self.endsWith('Ti') ? double(self.replace('Ti', '')) * 1099511627776.0"
        + " : self.endsWith('k') ? double(self.replace('k', '')) * 1000.0"
        + " : self.endsWith('M') ? double(self.replace('M', '')) * 1000000.0"
        + " : self.endsWith('G') ? double(self.replace('G', '')) * 1000000000.0"
        + " : self.endsWith('T') ? double(self.replace('T', '')) * 1000000000000.0"
        + " : double(self)) >= 33554432.0";

    /// <summary>
    /// Memory at boot, as a Kubernetes quantity in bytes: 512Mi, 4Gi, 1.5Gi. At least 32Mi; rounded down to whole KiB. The host needs a
    /// little more for the hypervisor's own tables. A change takes effect when the domain is next started.
    /// </summary>
    [Length(1, Quantity.MaximumLength)]
    [Pattern(Quantity.Pattern)]
    [ValidationRule(AtLeast32Mi, "must be at least 32Mi: a kernel does not boot with less")]
    public required string Size { get; init; }
}
