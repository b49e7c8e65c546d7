using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>The last decision about the host of the domain. Of many hosts a part is listed; all of them are counted. The whole table: kubectl xen plan.</summary>
[Atomic]
public sealed record PlacementStatus
{
    /// <summary>At most so many hosts are listed, and as many refusals kept.</summary>
    public const int MaximumHosts = 20;

    /// <summary>The XenHost that was chosen last. It stays here when none fits later: the domain's volumes may be there.</summary>
    public string? Host { get; init; }

    /// <summary>When it was first decided as it is told here.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>How well the chosen host suited: the sum of its weighted scores. Not set when none fitted.</summary>
    public int? Score { get; init; }

    /// <summary>The hosts that were not eligible, by name, with the reason of each, at most 20.</summary>
    public IReadOnlyList<HostVerdict>? Refused { get; init; }

    /// <summary>How many hosts said what: Fits, and the reason of each that did not.</summary>
    public IReadOnlyList<VerdictCount>? Counts { get; init; }

    /// <summary>Hosts that had the domain and refused to start it, the last one last. Each is not chosen again before its retryAfter.</summary>
    public IReadOnlyList<PastRefusal>? Refusals { get; init; }
}
