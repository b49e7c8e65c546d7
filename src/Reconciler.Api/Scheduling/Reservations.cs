using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;

namespace Reconciler.Api.Scheduling;

/// <summary>The memory of hosts that is spoken for: domains that were placed there, are to be running, and are not in the measured free memory yet.</summary>
/// <remarks>
/// A domain is in the measured free memory once it exists there (status.domid) and did so when it was measured. Between two lives of a
/// domain that is to be running (a restart) it is reserved; while it is Halted it is not, so it may find no room when it is started.
/// </remarks>
public sealed class Reservations
{
    private readonly ILookup<string, Reservation> _byHost;

    private Reservations(IEnumerable<Reservation> reservations) =>
        _byHost = reservations.ToLookup(reservation => reservation.Host, StringComparer.Ordinal);

    /// <summary>Nothing is reserved anywhere.</summary>
    public static Reservations None { get; } = new([]);

    /// <summary>The reservations that follow from the state of the cluster.</summary>
    /// <param name="domains">All domains; those just decided with their status.host filled in.</param>
    /// <param name="hosts">All hosts.</param>
    public static Reservations Of(IEnumerable<Domain> domains, IEnumerable<XenHost> hosts)
    {
        var hostsByName = hosts.ToDictionary(host => host.Metadata.Name ?? "", StringComparer.Ordinal);
        return new Reservations(
            from domain in domains
            from name in Places(domain)
            where hostsByName.ContainsKey(name) && IsPending(domain, hostsByName[name])
            let footprint = MemoryFootprint.Of(domain.Spec)
            where footprint is not null
            select new Reservation(name, DomainIdentity.Of(domain), footprint.TotalKiB));
    }

    /// <summary>What is reserved on a host for domains other than <paramref name="domain"/>.</summary>
    public IReadOnlyList<Reservation> On(string host, Domain domain)
    {
        var identity = DomainIdentity.Of(domain);
        return [.. _byHost[host].Where(reservation => reservation.DomainUid != identity)];
    }

    /// <summary>The host that it has; and while it is shut down there to be moved, the one that had room for it then.</summary>
    private static IEnumerable<string> Places(Domain domain)
    {
        if (domain.Status?.Host is { } host) yield return host;
        if (domain.Status?.Move is { To: { } next } move && move.From == domain.Status.Host) yield return next;
    }

    private static bool IsPending(Domain domain, XenHost host)
    {
        if (domain.Metadata.DeletionTimestamp is not null) return false;
        if (domain.Spec?.PowerState == PowerState.Halted) return false;
        if (domain.Status?.Domid is null || host.Metadata.Name != domain.Status.Host) return true;
        // Moved: what is known of it is of the host that it has left.
        if (domain.Status.Move is not null && ReadyOwnership.IsOperators(domain.Status)) return true;
        return domain.Status.CreatedAt is { } createdAt && host.Status?.Memory?.MeasuredAt is { } measuredAt && createdAt > measuredAt;
    }
}
