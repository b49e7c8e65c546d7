using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>States in which nothing is done, whatever is desired.</summary>
internal static class Blocked
{
    /// <summary>Which of the copies holds the truth is not for a program to guess.</summary>
    public static Plan? ByDuplicate(Situation s)
    {
        if (s.Living < 2)
            return null;

        var domids = string.Join(", ", s.Observed.Domains.Where(d => d.State != RunState.Dying).Select(d => d.Domid));
        return Waiting(s.Wait(WaitReason.DuplicateDomain,
            $"{s.Living} domains have this uuid (domids {domids}). Nothing is done to them; destroy all but one by hand."));
    }

    public static Plan? ByForeignDomain(Situation s)
    {
        if (s.Domain is not { } domain)
            return null;
        if (domain.Ownership == DomainOwnership.Foreign)
        {
            return Waiting(s.Wait(WaitReason.NotOurs,
                $"A domain with this uuid (domid {domain.Domid}) was not made by Reconciler, or lost its mark. It is not touched; remove it by hand."));
        }

        // An intent says that it is ours, but something half made can't run: somebody let it, and may have put it to use.
        if (domain is { Ownership: DomainOwnership.HalfMade, State: RunState.Running })
        {
            return Waiting(s.Wait(WaitReason.NotOurs,
                $"The domain (domid {domain.Domid}) was left half made and runs nevertheless. It is not touched; remove it by hand."));
        }
        return null;
    }

    public static Plan? ByOperation(Situation s)
    {
        if (!s.Observed.OperationInProgress && s.Domain is not { OperationInProgress: true })
            return null;

        return Waiting(s.Wait(WaitReason.OperationInProgress, "An earlier operation on the domain has not ended yet.", again: s.LookAgain));
    }

    private static Plan Waiting(Wait wait) => new([], wait);
}
