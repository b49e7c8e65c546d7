using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>What follows from an observation alone. Planner and guards ask the same questions in the same words.</summary>
internal static class DomainFacts
{
    /// <summary>No instruction of it has run: there is no guest to ask and nothing to lose. Both witnesses are required.</summary>
    public static bool NeverRan(this ObservedDomain domain) =>
        domain.State == RunState.Paused && domain.CpuTime == TimeSpan.Zero && domain.Mark is { StartedAt: null };

    /// <summary>
    /// Shut down for good. A suspended domain is not: it can be resumed, and its memory is all there (SHUTDOWN_suspend, sched.h).
    /// </summary>
    public static bool Ended(this ObservedDomain domain) =>
        domain.State == RunState.ShutDown && domain.ShutdownReason != ShutdownReason.Suspend;

    /// <summary>The guest asked to be started again: always done, whatever the restart policy says.</summary>
    /// <remarks>
    /// A soft reset (kexec in a PVH or HVM guest) asks for a new domain around the same memory. No step can do that; a fresh start is the
    /// nearest to it, and what <c>on_soft_reset="restart"</c> of xl.cfg(5) does.
    /// </remarks>
    public static bool AskedToRestart(this ObservedDomain domain) =>
        domain.ShutdownReason is ShutdownReason.Reboot or ShutdownReason.SoftReset;

    public static bool EndWasOrdered(this ObservedDomain domain) =>
        domain.Mark is { ShutdownRequestedAt: not null }
        || domain is { Mark.ShutdownWithdrawn: true, ShutdownReason: ShutdownReason.Poweroff };

    /// <summary>The end is the guest's own doing, and the restart policy decides what follows: such an end is recorded.</summary>
    public static bool EndedByItself(this ObservedDomain domain) =>
        domain.Ended() && !domain.AskedToRestart() && !domain.EndWasOrdered();

    /// <summary>
    /// Whether the record is of this life of the domain. A domid alone may come again after a reboot of the host. Compared to the second:
    /// a status keeps no fractions (metav1.Time), and Xen gives a domid out again only after minutes (libxl: 60 s).
    /// </summary>
    public static bool IsOf(this ExitRecord exit, ObservedDomain domain) =>
        exit.Domid == domain.Domid && domain.Mark is { } mark && (exit.CreatedAt - mark.CreatedAt).Duration() < TimeSpan.FromSeconds(1);

    /// <summary>Adds without leaving the range of time: a grace period of "for ever" is legal.</summary>
    public static DateTimeOffset AddSaturated(this DateTimeOffset time, TimeSpan span)
    {
        if (span < TimeSpan.Zero)
            return time;
        return DateTimeOffset.MaxValue - time < span ? DateTimeOffset.MaxValue : time + span;
    }
}
