using System.Collections.Concurrent;
using Reconciler.Api.Domains;
using Reconciler.Runtime;

namespace Reconciler.Placement;

/// <summary>Placements that were decided and that the cache does not show yet.</summary>
/// <remarks>Without it, two Domains decided one after the other would both be promised the last free memory of a host.</remarks>
internal sealed class AssumedPlacements
{
    private readonly ConcurrentDictionary<ObjectKey, Assumption> _assumptions = new();

    /// <summary>Remembers a placement, and a move that begins with it, in place of what was assumed of the object before.</summary>
    public void Assume(ObjectKey key, string? uid, string host, DomainMove? move) => _assumptions[key] = new Assumption(uid, host, move);

    /// <summary>The object is gone, has no new host, or the server has refused it.</summary>
    public void Forget(ObjectKey key) => _assumptions.TryRemove(key, out _);

    /// <summary>The objects with what is assumed filled in. An assumption is forgotten once the cache shows it, or another object of that name.</summary>
    public IEnumerable<Domain> Overlay(IEnumerable<Domain> domains) => _assumptions.IsEmpty ? domains : domains.Select(Fill);

    private Domain Fill(Domain domain)
    {
        var key = ObjectKey.Of(domain);
        if (!_assumptions.TryGetValue(key, out var assumption)) return domain;
        if (domain.Metadata.Uid == assumption.Uid && (domain.Status?.Host != assumption.Host || (assumption.Move is { } move && domain.Status.Move != move)))
            return domain with { Status = (domain.Status ?? new DomainStatus()) with { Host = assumption.Host, Move = assumption.Move } };

        _assumptions.TryRemove(KeyValuePair.Create(key, assumption));
        return domain;
    }

    private sealed record Assumption(string? Uid, string Host, DomainMove? Move);
}
