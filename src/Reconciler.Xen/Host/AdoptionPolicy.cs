namespace Reconciler.Xen.Host;

/// <summary>Which domains of others the administrator of a host lets be adopted: by their names in Xen; <c>*</c> stands for any.</summary>
public static class AdoptionPolicy
{
    /// <summary>Whether the domain of this name may be adopted.</summary>
    /// <param name="adoptable">What the administrator allows.</param>
    /// <param name="xenName">Its name in Xen.</param>
    public static bool Allows(IReadOnlyList<string> adoptable, string xenName)
    {
        ArgumentNullException.ThrowIfNull(adoptable);
        return adoptable.Any(allowed => allowed == "*" || allowed == xenName);
    }

    /// <summary>Those that may be adopted as they are now: nobody's of ours, alive, and allowed.</summary>
    /// <param name="adoptable">What the administrator allows.</param>
    /// <param name="observed">All domains of the host.</param>
    public static IEnumerable<ObservedDomain> Choose(IReadOnlyList<string> adoptable, IReadOnlyList<ObservedDomain> observed) => observed.Where(domain =>
        domain is { Ownership: DomainOwnership.Foreign, State: RunState.Running or RunState.Paused, XenName: { } name } && Allows(adoptable, name));
}
