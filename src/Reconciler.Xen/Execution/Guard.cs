using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Execution;

/// <summary>
/// What must still hold right before a step. The port itself checks that (uuid, domid) is the same domain; here is what it can't know:
/// what the step was planned upon.
/// </summary>
internal static class Guard
{
    /// <summary>Whether to look again: where a step may kill a guest, or where the step before it changes what this one relies on.</summary>
    public static bool NeedsLook(Step step, bool first) => step switch
    {
        Step.CreatePaused => !first,
        Step.Adopt => true,
        Step.Destroy { Cause: DestroyCause.Remains } => false, // the end of a life is final, and the domid is checked
        Step.Destroy => true,
        Step.Detach { Cause: DetachCause.TimeoutExpired } => true,
        Step.Detach => !first,
        _ => false,
    };

    /// <summary>Why the step no longer applies; null when it does.</summary>
    public static string? Objection(Step step, Observation observed) => step switch
    {
        Step.CreatePaused when observed.Domains.Count > 0 || observed.NameHeldBy is not null =>
            "the old domain is still being torn down, or another one has taken its name",
        Step.Adopt adopt when observed.Adoptee is not { Ownership: DomainOwnership.Foreign } adoptee || adoptee.Ref != adopt.Found =>
            "the domain to be adopted is gone, or somebody has adopted it",
        Step.Destroy destroy => Objection(destroy, observed.Domains.FirstOrDefault(d => d.Domid == destroy.Domain.Domid)),
        Step.Detach detach => Objection(detach, observed.Domains.FirstOrDefault(d => d.Domid == detach.Domain.Domid)),
        _ => null,
    };

    private static string? Objection(Step.Detach detach, ObservedDomain? domain) =>
        (detach.Cause, domain?.Devices.FirstOrDefault(d => d.Ref == detach.Device)) switch
        {
            (_, null) => null, // gone already: the port reports that as done
            (_, { Mark: null }) => "the device there was attached by somebody else",
            (DetachCause.Closed, { IsLetGo: false }) when domain is { State: not RunState.ShutDown } => "the guest has taken the device up again",
            (DetachCause.HalfMade, { Backend: not null, HotplugDone: true }) => "its attachment was completed meanwhile",
            (DetachCause.TimeoutExpired, { Mark.DetachRequestedAt: null }) => "the guest was not asked to let go of the device",
            _ => null,
        };

    private static string? Objection(Step.Destroy destroy, ObservedDomain? domain) => (destroy.Cause, domain) switch
    {
        (_, null or { State: RunState.Dying }) => null, // gone already: the port reports that as done
        (DestroyCause.NeverRan, _) => domain.NeverRan() ? null : "the domain has run meanwhile",
        (DestroyCause.HalfMade, _) => domain is { Ownership: DomainOwnership.HalfMade, State: not RunState.Running } ? null : "the domain is not half made any more",
        _ => domain.OperationInProgress ? "an operation on the domain is in progress" : null,
    };
}
