using Reconciler.Agent.HostLife.State;
using Reconciler.Api.Domains;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.HostLife.Stopping;

/// <summary>One domain of ours while its host stops.</summary>
internal sealed class StoppingDomain(Guid uuid, KeptDomain? kept)
{
    public Guid Uuid => uuid;

    /// <summary>Null: nothing is kept of it, and the defaults of the schema hold.</summary>
    public KeptDomain? Kept => kept;

    public string XenName { get; private set; } = kept?.Desired.XenName ?? uuid.ToString();

    public int Order => kept?.Order ?? 0;

    public TimeSpan Delay => kept?.Delay ?? TimeSpan.Zero;

    public bool IsLeftAlone => kept?.OnHostStop == HostStopAction.Ignore;

    public DomainPolicy Policy { get; } = kept?.Policy ?? new DomainPolicy();

    /// <summary>What is to be seen of it; null: nothing, or only what the hypervisor is tearing down.</summary>
    public ObservedDomain? Seen { get; private set; }

    /// <summary>All that is to be seen of it, what the hypervisor is tearing down included.</summary>
    public IReadOnlyList<ObservedDomain> All { get; private set; } = [];

    /// <summary>When it was first found down.</summary>
    public DateTimeOffset? DownAt { get; private set; }

    public bool IsDown => DownAt is not null;

    /// <summary>Until when it may power off by itself; null: its turn has not come.</summary>
    public DateTimeOffset? AskUntil { get; set; }

    /// <summary>When the next order no longer waits for it.</summary>
    public DateTimeOffset? WaitUntil { get; set; }

    /// <summary>The work on it; a new one is begun when this has ended.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>Not tried again before this, after a failure.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>What the host said of the last try; null: nothing.</summary>
    public string? Failure { get; set; }

    public void See(IReadOnlyList<ObservedDomain> domains, DateTimeOffset now)
    {
        All = domains;
        Seen = domains.LastOrDefault(d => d.State != RunState.Dying);
        XenName = Seen?.Mark is { } mark ? $"{mark.Namespace}.{mark.Name}" : Seen?.XenName ?? XenName;
        // One that is being torn down still writes to its disks, from what dom0 has of it. Of one that ended by itself and of which nothing is kept, the remains are the only witness: they are left as they are.
        DownAt = domains.Count == 0 || kept is null && (HasEndedByItself || IsHeldElsewhere) ? DownAt ?? now : null;
    }

    private bool HasEndedByItself =>
        Seen is { State: RunState.ShutDown, ShutdownReason: not ShutdownReason.Suspend, Mark.ShutdownRequestedAt: null, OperationInProgress: false };

    /// <summary>
    /// The agent pauses a copy of what another host was given, and keeps nothing of it. To shut it down it would have to run, and to write to
    /// disks that the other copy uses.
    /// </summary>
    private bool IsHeldElsewhere => Seen is { State: RunState.Paused, Mark.StartedAt: not null, OperationInProgress: false };

    /// <summary>The policy of its shutdown, its grace period cut to what the budget leaves.</summary>
    public DomainPolicy PolicyAt(DateTimeOffset now)
    {
        var left = AskUntil!.Value - (Seen?.Mark?.ShutdownRequestedAt ?? now);
        return left < Policy.ShutdownGracePeriod ? Policy with { ShutdownGracePeriod = left > TimeSpan.Zero ? left : TimeSpan.Zero } : Policy;
    }
}
