using Reconciler.Api.Domains;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>The record of how a guest ended by itself, between status and planner. One round trip loses nothing that the planner compares.</summary>
internal static class ExitMapping
{
    public static ExitRecord? FromStatus(ExitStatus? exit) => exit is null
        ? null
        : new ExitRecord(
            exit.Domid,
            exit.CreatedAt,
            Enum.TryParse<ShutdownReason>(exit.Reason, out var reason) ? reason : ShutdownReason.Unknown,
            exit.At,
            exit.Restarts ?? 0,
            exit.Followed ?? false);

    public static ExitStatus? ToStatus(ExitRecord? exit) => exit is null
        ? null
        : new ExitStatus
        {
            Domid = exit.Domid,
            CreatedAt = Clock.WholeSeconds(exit.CreatedAt),
            Reason = exit.Reason.ToString(),
            At = Clock.WholeSeconds(exit.At),
            Restarts = exit.Restarts,
            Followed = exit.Followed ? true : null,
        };
}
