using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>What is to be written for one Domain by whoever places domains: the status first, then finalizer and label together.</summary>
/// <remarks>
/// Each write is idempotent, and after a crash between the two the next plan is the rest of this one. An agent acts only where
/// status.host and the label both name it, and with the label comes the finalizer.
/// </remarks>
public sealed record PlacementPlan
{
    /// <summary>Nothing is to be written.</summary>
    public static PlacementPlan Nothing { get; } = new();

    /// <summary>
    /// Take the finalizer off and do nothing else: the Domain is being deleted and no host was ever given it. Only on an object that was
    /// just read, and only if it has not changed since: what a cache says is no proof.
    /// </summary>
    public bool Release { get; init; }

    /// <summary>
    /// The whole part of the status that belongs to whoever places domains, see <see cref="Conditions.ReadyOwnership"/>. To be applied only
    /// to the version of the object that the plan was made from.
    /// </summary>
    public DomainStatus? Status { get; init; }

    /// <summary>Put the finalizer on, in the same write as the label.</summary>
    public bool AddFinalizer { get; init; }

    /// <summary>When to decide again although nothing has changed; null: not.</summary>
    public TimeSpan? LookAgainAfter { get; init; }

    /// <summary>The value that the host label is to get; null when it is right or is to be left alone.</summary>
    public string? HostLabel { get; init; }
}
