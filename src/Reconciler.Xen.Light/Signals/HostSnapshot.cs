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

    /// <summary>
    /// The domains of ours that can still be asked for something, and answer. One that is being made is among them: nothing in xenstore
    /// tells of its getting its mark.
    /// </summary>
    public IEnumerable<DomainRef> Listening => _domains
        .Where(entry => entry.Value is (RunState.Running or RunState.Paused, DomainOwnership.Ours or DomainOwnership.HalfMade))
        .Select(entry => entry.Key);

    /// <summary>Whose domain it is, if it is one of ours, or becomes one.</summary>
    public Guid? OursAt(int domid)
    {
        foreach (var (domain, (_, ownership)) in _domains)
            if (domain.Domid == domid && ownership is not DomainOwnership.Foreign) return domain.Uuid;
        return null;
    }

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
