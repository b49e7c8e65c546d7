using System.Collections.Concurrent;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Runtime;

namespace Reconciler.Placement;

/// <summary>Whom a change of a host, or of another domain, concerns: those that wait for a host, and those that have that very one.</summary>
internal sealed class DomainsByNeed
{
    /// <summary>The host of each known domain; empty for one that has none.</summary>
    private readonly ConcurrentDictionary<ObjectKey, string> _hosts = new();

    /// <summary>Notes what a domain needs, as it was when it was looked at.</summary>
    public void Record(ObjectKey key, Domain? domain)
    {
        if (domain is null) _hosts.TryRemove(key, out _);
        else _hosts[key] = domain.Status?.Host ?? "";
    }

    /// <summary>Those without a host.</summary>
    public IEnumerable<ObjectKey> Unplaced => _hosts.Where(entry => entry.Value.Length == 0).Select(entry => entry.Key);

    /// <summary>Those on a host.</summary>
    public IEnumerable<ObjectKey> On(XenHost host) => _hosts.Where(entry => entry.Value == host.Metadata.Name).Select(entry => entry.Key);
}
