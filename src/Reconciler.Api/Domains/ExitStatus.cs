using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>How and when a guest ended by itself.</summary>
[Atomic]
public sealed record ExitStatus
{
    /// <summary>Poweroff, Reboot, Crash, Watchdog, ...</summary>
    public required string Reason { get; init; }

    /// <summary>When it was seen to have ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The domain id of the life that ended.</summary>
    public required int Domid { get; init; }

    /// <summary>When the life that ended was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How many ends in a row, each within ten minutes of its start.</summary>
    public int? Restarts { get; init; }

    /// <summary>True once a later life of the domain was seen: the record then no longer decides whether the domain starts.</summary>
    public bool? Followed { get; init; }
}
