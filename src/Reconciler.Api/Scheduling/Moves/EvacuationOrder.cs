using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Scheduling.Moves;

/// <summary>Whose turn it is when a host is emptied: a lower startOrder first, and ready elsewhere before the next one begins.</summary>
public static class EvacuationOrder
{
    /// <summary>So many of one startOrder are shut down side by side: their guests write to disk at once what they hold in memory.</summary>
    public const int AtOnce = 10;

    /// <summary>A domain that is not ready elsewhere after this time holds up nobody any more; its own status says what is wrong with it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Whom a Domain waits for, for people; null when it is its turn.</summary>
    /// <param name="domain">A Domain on the host that has not begun to move.</param>
    /// <param name="host">The host that is emptied.</param>
    /// <param name="domains">All Domains.</param>
    /// <param name="now">The time.</param>
    public static string? WaitsFor(Domain domain, string host, IEnumerable<Domain> domains, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(domains);
        var order = OrderOf(domain);
        var underWay = 0;
        Domain? first = null;
        foreach (var other in domains)
        {
            if (DomainIdentity.Of(other) == DomainIdentity.Of(domain) || other.Metadata.DeletionTimestamp is not null) continue;
            var moves = other.Status?.Move is { } move && move.From == host && now - move.Since < Patience;
            var waits = other.Status is { Move: null } status && status.Host == host && !IsBlocked(other);
            if (!moves && !waits) continue;

            if (OrderOf(other) < order && (first is null || OrderOf(other) < OrderOf(first))) first = other;
            else if (OrderOf(other) == order && moves) underWay++;
        }

        if (first is not null) return $"Domain {first.Metadata.Namespace}/{first.Metadata.Name}, whose startOrder is {OrderOf(first)}, goes first";
        return underWay >= AtOnce ? $"{underWay} others of its startOrder are being moved" : null;
    }

    /// <summary>Whether a Domain has arrived: it is as desired on its new host, and has been for the delay that the next order waits.</summary>
    public static bool HasLanded(Domain domain, DateTimeOffset now) =>
        domain.Status is { Move: { } move, Host: { } host } status && host != move.From
        && status.Conditions.Find(ReadyCondition.Type) is { Status: ConditionStatus.True } ready
        && now - ready.LastTransitionTime >= TimeSpan.FromSeconds(domain.Spec?.StartOrder?.DelaySeconds ?? 0);

    private static int OrderOf(Domain domain) => domain.Spec?.StartOrder?.Order ?? 0;

    private static bool IsBlocked(Domain domain) => domain.Status?.Conditions.Find(PlacedCondition.Type)?.Reason == PlacedCondition.CannotMove;
}
