using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>
/// Which Domains the domain does not share a host with: as podAntiAffinity of a Pod, with the host as the topology. Looked at when a
/// host is chosen, and ignored after that: domains that are together already stay.
/// </summary>
public sealed record AntiAffinitySpec
{
    public const int MaximumTerms = 8;

    /// <summary>
    /// A host that holds a Domain of any of these is not chosen; nor is this domain's host for one of them. Of Domains that carry the label
    /// themselves each gets a host of its own.
    /// </summary>
    [Length(0, MaximumTerms)]
    public IReadOnlyList<AntiAffinityTerm>? Required { get; init; }

    /// <summary>A host is the less liked the more Domains of these it holds; it is chosen all the same when no other fits.</summary>
    [Length(0, MaximumTerms)]
    public IReadOnlyList<AntiAffinityTerm>? Preferred { get; init; }
}
