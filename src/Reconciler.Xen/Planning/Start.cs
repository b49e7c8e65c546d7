using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>From nothing, or from what is left over, to a domain.</summary>
internal static class Start
{
    /// <summary>What was cut short is cleared away first: it can't be told how far it got.</summary>
    public static Plan? OverHalfMade(Situation s)
    {
        if (s.Domain is not { Ownership: DomainOwnership.HalfMade } domain)
            return null;

        var clear = new Step.Destroy(domain.Ref, DestroyCause.HalfMade);
        return s.Wanted ? Restart.WhenDue(s, clear) : new Plan([clear]);
    }

    public static Plan? FromNothing(Situation s)
    {
        if (s.Domain is not null)
            return null;
        if (s.Wanted)
            return Restart.WhenDue(s);

        // Not wanted: it is not gone before the hypervisor has let go of it, its memory and its disks.
        return s.Dying is { } dying ? new Plan([], TearingDown(s, dying)) : Planning.Plan.Converged;
    }

    /// <summary>Creates the domain, after <paramref name="clear"/> if there is something to be cleared away.</summary>
    public static Plan Anew(Situation s, Step? clear = null)
    {
        var desired = s.Desired!;
        if (desired.Adopts is { } adopts)
            return Adoption.Instead(s, adopts, clear);
        List<Step> steps = clear is null ? [] : [clear];
        if (Obstacle(s, desired) is { } wait)
            return new Plan(steps, wait);

        steps.Add(new Step.CreatePaused(desired));
        if (desired.Power == DesiredPower.Running)
            steps.Add(new Step.Unpause(Domain: null));
        return new Plan(steps);
    }

    /// <summary>
    /// Xen refuses a second domain of a name, and while an old one is torn down it still holds disks that the new one would write to.
    /// </summary>
    private static Wait? Obstacle(Situation s, DesiredDomain desired)
    {
        if (s.Dying is { } dying)
            return TearingDown(s, dying);
        if (s.Observed.NameHeldBy is not { } holder)
            return desired.Awaited.Count == 0 ? null : s.Wait(WaitReason.WaitingForDevices, string.Join(" ", desired.Awaited));
        if (holder.State == RunState.Dying)
            return TearingDown(s, holder);

        var whose = holder.Ownership == DomainOwnership.Foreign ? "not made by Reconciler" : "of an earlier object of this name";
        return s.Wait(WaitReason.NameConflict,
            $"Another domain on the host, {whose}, is named {desired.XenName} (domid {holder.Domid}). This one starts when that is gone or renamed.",
            again: s.LookAgain);
    }

    private static Wait TearingDown(Situation s, ObservedDomain dying) =>
        s.Wait(WaitReason.TearingDown, $"The hypervisor is tearing down the old domain (domid {dying.Domid}).", again: s.LookAgain);
}
