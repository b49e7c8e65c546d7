using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Signals;

/// <summary>
/// The domains at one moment, as far as a hint is worth it. xenstore says only that some domain came, ended or went; the difference of two
/// snapshots says which.
/// </summary>
internal sealed class HostSnapshot(IReadOnlyList<ObservedDomain> domains)
{
    private readonly Dictionary<DomainRef, (RunState, DomainOwnership)> _domains =
        domains.DistinctBy(domain => domain.Ref).ToDictionary(domain => domain.Ref, domain => (domain.State, domain.Ownership));

    /// <summary>Nothing known yet.</summary>
    public static HostSnapshot Empty { get; } = new([]);

    /// <summary>The domains of ours that can still be asked to shut down, and answer.</summary>
    public IEnumerable<DomainRef> Listening => _domains
        .Where(entry => entry.Value is (RunState.Running or RunState.Paused, DomainOwnership.Ours))
        .Select(entry => entry.Key);

    /// <summary>Whose domain came, went, or is in another state now.</summary>
    public IReadOnlySet<Guid> ChangedSince(HostSnapshot earlier)
    {
        HashSet<Guid> changed = [];
        foreach (var (domain, state) in _domains)
            if (!earlier._domains.TryGetValue(domain, out var before) || before != state) changed.Add(domain.Uuid);
        foreach (var domain in earlier._domains.Keys)
            if (!_domains.ContainsKey(domain)) changed.Add(domain.Uuid);
        return changed;
    }
}
