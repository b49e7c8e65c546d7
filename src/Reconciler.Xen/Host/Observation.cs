namespace Reconciler.Xen.Host;

/// <summary>What the host shows of one <see cref="DomainKey"/>, at one moment.</summary>
public sealed record Observation
{
    /// <summary>When it was seen.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The domains with this uuid, newest (highest domid) last. Normally none or one; two while the old one is being torn down
    /// by the hypervisor. Two that are not dying must never be, and if they are, nothing is done to either.
    /// </summary>
    public required IReadOnlyList<ObservedDomain> Domains { get; init; }

    /// <summary>A domain with another uuid that has this Xen name, if there is one.</summary>
    public ObservedDomain? NameHeldBy { get; init; }

    /// <summary>The domain with the UUID that the key adopts, unless it is this key's already; whoever's it is.</summary>
    public ObservedDomain? Adoptee { get; init; }

    /// <summary>True while a process of ours is at work on this uuid even though no domain is to be seen yet.</summary>
    public bool OperationInProgress { get; init; }

    /// <summary>Nothing there.</summary>
    public static Observation Nothing(DateTimeOffset at) => new() { At = at, Domains = [] };
}
