using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>Domains to be kept apart from.</summary>
[Atomic]
public sealed record AntiAffinityTerm
{
    /// <summary>Their labels. Only Domains of the same namespace are meant.</summary>
    public required LabelSelector LabelSelector { get; init; }
}
