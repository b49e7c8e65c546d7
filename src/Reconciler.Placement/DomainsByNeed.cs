using System.Collections.Concurrent;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Runtime;

namespace Reconciler.Placement;

/// <summary>Whom a change of a host, or of another domain, concerns: those that wait for a host, and those that have that very one.</summary>
internal sealed class DomainsByNeed
{
    private readonly ConcurrentDictionary<ObjectKey, Need> _needs = new();

    /// <summary>Notes what a domain needs, as it was when it was looked at.</summary>
    public void Record(ObjectKey key, Domain? domain)
    {
        if (domain is null) _needs.TryRemove(key, out _);
        else _needs[key] = new Need(domain.Status?.Host, IsWaiting: string.IsNullOrEmpty(domain.Status?.Host) || domain.Status.Refusal is not null);
    }

    /// <summary>Those without a host, and those that theirs refuses.</summary>
    public IEnumerable<ObjectKey> Waiting => _needs.Where(entry => entry.Value.IsWaiting).Select(entry => entry.Key);

    /// <summary>Those on a host.</summary>
    public IEnumerable<ObjectKey> On(XenHost host) => _needs.Where(entry => entry.Value.Host == host.Metadata.Name).Select(entry => entry.Key);

    /// <summary>The one, if it waits.</summary>
    public IEnumerable<ObjectKey> IfWaiting(ObjectKey key) => _needs.TryGetValue(key, out var need) && need.IsWaiting ? [key] : [];

    private sealed record Need(string? Host, bool IsWaiting);
}
