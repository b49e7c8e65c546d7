using System.Collections.Concurrent;
using Reconciler.Runtime;

namespace Reconciler.Agent.Domains;

/// <summary>Domains on this host that are alive and whose Domain another host holds by now: two copies of one.</summary>
internal sealed class StrayDomains
{
    private readonly ConcurrentDictionary<ObjectKey, string> _holders = new();
    private Action _changed = static () => { };

    /// <summary>Each with the host that holds it, by name.</summary>
    public IReadOnlyList<(ObjectKey Domain, string Holder)> All =>
        [.. _holders.Select(stray => (stray.Key, stray.Value)).OrderBy(stray => stray.Key.ToString(), StringComparer.Ordinal)];

    /// <summary>Calls back when there is one more, or one less.</summary>
    public void OnChange(Action changed) => _changed += changed;

    /// <returns>Whether it is new.</returns>
    public bool Add(ObjectKey domain, string holder)
    {
        if (!_holders.TryAdd(domain, holder)) return false;
        _changed();
        return true;
    }

    /// <summary>It is gone from here, or is this host's again.</summary>
    public void Remove(ObjectKey domain)
    {
        if (_holders.TryRemove(domain, out _)) _changed();
    }
}
