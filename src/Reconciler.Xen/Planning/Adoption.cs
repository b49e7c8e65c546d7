using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>From a domain of somebody else's to one of ours, which does not notice.</summary>
public static class Adoption
{
    /// <summary>
    /// Whether it is seen to have been taken over: to be in the status before the next plan is made, which then has
    /// <see cref="DesiredDomain.Adopts"/> no more.
    /// </summary>
    public static bool IsDone(Adoptee adopts, Observation observed)
    {
        ArgumentNullException.ThrowIfNull(adopts);
        ArgumentNullException.ThrowIfNull(observed);
        return observed.Domains.Any(d => d.Mark?.AdoptedUuid == adopts.XenUuid);
    }

    /// <summary>What is done instead of creating a domain, which never is while there is one to take over.</summary>
    internal static Plan Instead(Situation s, Adoptee adopts, Step? clear)
    {
        if (IsDone(adopts, s.Observed))
            return new Plan([], s.Wait(WaitReason.RecordingAdoption, "That it was adopted is to be recorded, before it starts anew.", again: s.LookAgain));

        List<Step> steps = clear is null ? [] : [clear];
        if (Obstacle(s, adopts) is { } wait)
            return new Plan(steps, wait);
        steps.Add(new Step.Adopt(s.Observed.Adoptee!.Ref, s.Desired!));
        return new Plan(steps);
    }

    private static Wait? Obstacle(Situation s, Adoptee adopts) => s.Observed.Adoptee switch
    {
        null => Nothing(s, $"No domain on this host has the UUID {adopts.XenUuid} (spec.adopt.uuid). "
            + "None is started instead: it may run elsewhere, on the same disks. To start a new one, take spec.adopt away"),
        { OperationInProgress: true } => s.Wait(WaitReason.OperationInProgress, "Another operation on the domain to be adopted has not ended yet.", again: s.LookAgain),
        { Ownership: not DomainOwnership.Foreign } other => Nothing(s, $"The domain with the UUID {adopts.XenUuid} (domid {other.Domid}) is {Owner(other)}'s already"),
        { State: not (RunState.Running or RunState.Paused) } other => Nothing(s, $"The domain to be adopted (domid {other.Domid}) does not run any more: there is nothing left to take over. "
            + "Clear its remains away by hand; to start a new one, take spec.adopt away"),
        { } other when other.XenName != adopts.XenName => Nothing(s, $"The domain with the UUID {adopts.XenUuid} (domid {other.Domid}) is called {other.XenName}, and not {adopts.XenName} (spec.adopt.name)"),
        // A device whose object comes later could not be told from one that somebody else has attached.
        _ when s.Desired!.Awaited.Count > 0 => s.Wait(WaitReason.WaitingForDevices, string.Join(" ", s.Desired.Awaited)),
        _ => null,
    };

    private static string Owner(ObservedDomain domain) => domain.Mark is { } mark ? $"{mark.Namespace}/{mark.Name}" : "another Domain";

    private static Wait Nothing(Situation s, string why) => s.Wait(WaitReason.NothingToAdopt, $"{why}.", again: s.LookAgain);
}
