using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>From a domain that is there to none.</summary>
internal static class Stop
{
    /// <summary>
    /// How long a guest that took the request and runs on is left alone before it is asked again. A kernel takes requests long before there
    /// is an init to carry them out (Linux, drivers/xen/manage.c), and then forgets them. One that is on its way down does not mind.
    /// </summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(15);

    /// <summary>It has ended and shall not be: what Xen keeps of it is cleared away.</summary>
    public static Plan? ClearRemains(Situation s) =>
        !s.Wanted && s.Domain is { } domain && domain.Ended()
            ? new Plan([new Step.Destroy(domain.Ref, DestroyCause.Remains)])
            : null;

    /// <summary>It is alive and shall not be: asked to power off, and after its grace period what the policy says.</summary>
    public static Plan? Unwanted(Situation s)
    {
        if (s.Wanted || s.Domain is not { } domain)
            return null;
        if (domain.NeverRan())
            return new Plan([new Step.Destroy(domain.Ref, DestroyCause.NeverRan)]);

        var asked = domain.Mark?.ShutdownRequestedAt;
        var deadline = (asked ?? s.Now).AddSaturated(s.Policy.ShutdownGracePeriod);
        var overdue = deadline <= s.Now;
        if (overdue && s.Policy.OnShutdownTimeout == OnShutdownTimeout.Destroy)
            return new Plan([new Step.Destroy(domain.Ref, DestroyCause.GracePeriodExpired)]);

        var again = AgainAt(s, domain);
        var steps = Ask(domain, whether: asked is null || !overdue && again <= s.Now);
        if (overdue)
        {
            return new Plan(steps, s.Wait(WaitReason.ShutdownOverdue,
                "The guest has not powered off within its grace period; the spec says to wait for it.", since: deadline));
        }
        // Also while its answer is open: the signal that tells of it may be lost.
        var look = domain.Mark is { ShutdownRefused: true } ? s.LookAgain : again > s.Now ? again : s.Now.AddSaturated(AskAgainAfter);
        return new Plan(steps, s.Wait(WaitReason.ShuttingDown, AskedMessage(domain), since: asked, deadline, again: look));
    }

    /// <summary>When the guest is due to be asked once more; null while its answer to the last time is still open.</summary>
    private static DateTimeOffset? AgainAt(Situation s, ObservedDomain domain) => domain switch
    {
        { Mark.ShutdownRefused: true } => s.Now,
        { Mark.ShutdownAskedAt: { } last, ShutdownUnacknowledged: false, State: not RunState.ShutDown } => last.AddSaturated(AskAgainAfter),
        _ => null,
    };

    private static List<Step> Ask(ObservedDomain domain, bool whether)
    {
        var steps = new List<Step>(2);
        // A paused guest executes nothing, so it can't answer: it has to run to end well.
        if (domain.State == RunState.Paused)
            steps.Add(new Step.Unpause(domain.Ref));
        if (whether)
            steps.Add(new Step.RequestShutdown(domain.Ref));
        return steps;
    }

    private static string AskedMessage(ObservedDomain domain) => domain switch
    {
        { Mark.ShutdownRefused: true } => "The guest offers no way to be asked to power off; it is asked again until its grace period ends.",
        { ShutdownUnacknowledged: true } => "The guest was asked to power off and has not acknowledged it yet.",
        _ => "The guest was asked to power off.",
    };
}
