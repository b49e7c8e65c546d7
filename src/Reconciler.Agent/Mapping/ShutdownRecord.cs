using Reconciler.Api.Domains;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>The record of the last ordered shutdown: how it ended, as it was seen.</summary>
internal static class ShutdownRecord
{
    public const string Clean = "Clean";
    public const string Forced = "Forced";

    /// <summary>
    /// What <c>status.lastShutdown</c> is to say. Clean, when a domain that was asked is seen to have powered off. Forced, when the status says
    /// that it was being forced and it is gone, or on its way. Otherwise what it said before.
    /// </summary>
    public static ShutdownStatus? Next(Domain entity, Observation observed)
    {
        var last = entity.Status?.LastShutdown;
        var forcing = Operation(entity, DomainStatusMapping.HardShutdown);
        var living = observed.Domains.LastOrDefault(d => d.State != RunState.Dying);

        if (forcing is not null && living is null)
        {
            return last?.Method == Forced && last.At >= forcing.Since
                ? last
                : new ShutdownStatus
                {
                    Method = Forced,
                    RequestedAt = Operation(entity, DomainStatusMapping.CleanShutdown)?.Since,
                    At = Clock.WholeSeconds(observed.At),
                };
        }
        if (living is { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Poweroff, Mark.ShutdownRequestedAt: { } asked })
        {
            var requestedAt = Clock.WholeSeconds(asked);
            return last?.Method == Clean && last.RequestedAt == requestedAt
                ? last
                : new ShutdownStatus { Method = Clean, RequestedAt = requestedAt, At = Clock.WholeSeconds(observed.At) };
        }
        return last;
    }

    private static CurrentOperation? Operation(Domain entity, string name) =>
        entity.Status?.CurrentOperations?.FirstOrDefault(o => o.Name == name);
}
