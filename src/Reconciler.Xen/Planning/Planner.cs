using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>
/// Decides what to do about one domain. A pure, total function: the same arguments give the same plan, every argument gives one.
/// </summary>
/// <remarks>
/// <para><b>Flow.</b> Observe, <see cref="Exits.Next"/> and write it to status, plan, execute, observe again; plan again at
/// <see cref="Wait.Deadline"/> or on a signal. Nothing else is remembered between two plans, so a plan that was cut short anywhere is
/// simply made afresh.</para>
/// <para><b>Guarantees.</b> Never two copies of a domain. A domain that is not ours is never acted on. A guest that runs is paused, asked
/// to power off or destroyed only because the desired state says so, and destroyed only after its grace period. A device that is
/// not ours is never acted on; one that a guest uses is taken away only when it was asked for it, and by force only where the policy says
/// so. Every state that is not as desired has a step or a named wait.</para>
/// <para><b>Devices.</b> A new domain is created with all of them. One that is paused and has executed nothing is let run when it has them
/// all. After that what the domain itself does comes first, and at most one step for each device follows: what is to be replaced is
/// taken away by one plan and attached by a later one.</para>
/// </remarks>
public static class Planner
{
    /// <param name="desired">What shall be; null when nothing of the domain shall remain.</param>
    /// <param name="observed">What is.</param>
    /// <param name="policy">How it is stopped, and what follows when it ends by itself.</param>
    /// <param name="lastExit">The record kept in status: see <see cref="Exits.Next"/>.</param>
    /// <param name="now">The time, by the same clock that wrote the marks.</param>
    public static Plan Plan(DesiredDomain? desired, Observation observed, DomainPolicy policy, ExitRecord? lastExit, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(observed);
        ArgumentNullException.ThrowIfNull(policy);

        var situation = new Situation(desired, observed, policy, lastExit, now);
        var plan = Decide(situation);
        return plan.Devices.Count == 0 && Devices.Told(situation) is { Count: > 0 } told ? plan with { Devices = told } : plan;
    }

    private static Plan Decide(Situation situation) =>
        Blocked.ByDuplicate(situation)
            ?? Blocked.ByForeignDomain(situation)
            ?? Blocked.ByOperation(situation)
            ?? Start.OverHalfMade(situation)
            ?? Start.FromNothing(situation)
            ?? Stop.ClearRemains(situation)
            ?? Stop.Unwanted(situation)
            ?? Restart.AfterEnd(situation)
            ?? Keep.Suspended(situation)
            ?? Keep.EarlierOrder(situation)
            ?? Keep.Alive(situation);
}
