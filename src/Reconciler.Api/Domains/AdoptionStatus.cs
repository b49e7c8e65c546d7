using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>That the domain was not created for this object, but taken over.</summary>
[Atomic]
public sealed record AdoptionStatus
{
    /// <summary>The UUID that Xen had for it: see spec.adopt. The lives that follow have the uid of the object.</summary>
    public required string Uuid { get; init; }

    /// <summary>What it was called in xl list.</summary>
    public required string Name { get; init; }

    /// <summary>Its domid in the life in which it was adopted.</summary>
    public required int Domid { get; init; }

    /// <summary>When it was seen to be adopted.</summary>
    public required DateTimeOffset At { get; init; }
}
