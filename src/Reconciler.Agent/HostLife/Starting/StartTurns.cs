using Reconciler.Agent.HostLife.State;
using Reconciler.Api.Domains;

namespace Reconciler.Agent.HostLife.Starting;

/// <summary>Whose turn it is after the host has started: the order of <c>startOrder</c>, for the agent and for <c>host-start</c> alike.</summary>
/// <remarks>
/// It orders what was on this host before it was booted. A Domain that comes later, or that ends and is started again, waits for nobody. A
/// domain that can't be started holds the next order up for <see cref="Patience"/> after its own turn came, and no longer.
/// </remarks>
internal sealed class StartTurns(TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, DateTimeOffset> _cameAt = [];

    /// <summary>Null: it may be started.</summary>
    /// <param name="domain">Which.</param>
    /// <param name="kept">All of this host.</param>
    /// <param name="bootId">This boot.</param>
    public StartTurn? WaitOf(KeptDomain domain, IEnumerable<KeptDomain> kept, string bootId)
    {
        if (!IsDue(domain, bootId)) return null;
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var group in kept.Where(k => k.Order < domain.Order && k.IsWanted).GroupBy(k => k.Order).OrderBy(g => g.Key))
            {
                if ((Pending(group, bootId, now) ?? Delaying(group, bootId, now)) is { } wait) return wait;
            }
            return null;
        }
    }

    /// <summary>Whether its turn is still to come: it was here before the host was booted, and is to be started with it.</summary>
    public static bool IsDue(KeptDomain domain, string bootId) => domain is { IsWanted: true, OnHostStart: HostStartAction.Start } && domain.BootId != bootId;

    private StartTurn? Pending(IGrouping<int, KeptDomain> group, string bootId, DateTimeOffset now)
    {
        var pending = Names(group.Where(k => IsDue(k, bootId)));
        if (pending.Count == 0) return null;
        if (!_cameAt.TryGetValue(group.Key, out var cameAt)) _cameAt[group.Key] = cameAt = now;
        var until = cameAt + Patience;
        return until > now ? new StartTurn(pending, group.Key, until) : null;
    }

    private static StartTurn? Delaying(IGrouping<int, KeptDomain> group, string bootId, DateTimeOffset now)
    {
        // One that was started in the future was started before the clock was set back: it is not waited for.
        var delaying = group.Where(k => k.BootId == bootId && k.StartedAt <= now && k.StartedAt + k.Delay > now).ToArray();
        return delaying.Length == 0 ? null : new StartTurn(Names(delaying), group.Key, delaying.Max(k => k.StartedAt!.Value + k.Delay));
    }

    private static IReadOnlyList<string> Names(IEnumerable<KeptDomain> domains) => [.. domains.Select(d => d.Desired.XenName).Order(StringComparer.Ordinal)];
}
