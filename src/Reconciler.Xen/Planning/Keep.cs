using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>A domain that is wanted and alive.</summary>
internal static class Keep
{
    /// <summary>Nobody of ours asked for it: it is resumed, or destroyed, by whoever did.</summary>
    public static Plan? Suspended(Situation s) =>
        s.Domain is { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Suspend }
            ? new Plan([], s.Wait(WaitReason.Suspended, "The guest is suspended, which was not asked for here: resume it, or destroy it, by hand."))
            : null;

    /// <summary>
    /// It was asked to power off, and is wanted again. A guest that took the request can't be called back: so it has until its deadline
    /// to end, and is started anew then. If it is still alive after that, the request is struck, so that a later one is a new one.
    /// </summary>
    public static Plan? EarlierOrder(Situation s)
    {
        if (s.Domain is not { Mark: { ShutdownRequestedAt: { } asked } mark } domain)
            return null;

        var deadline = asked.AddSaturated(s.Policy.ShutdownGracePeriod);
        if (mark.ShutdownRefused || deadline <= s.Now)
        {
            var then = Alive(s);
            return then with { Steps = [new Step.WithdrawShutdown(domain.Ref), .. then.Steps] };
        }

        // Not paused even when Paused is desired: it could not end.
        List<Step> steps = domain.State == RunState.Paused && s.Desired!.Power == DesiredPower.Running ? [new Step.Unpause(domain.Ref)] : [];
        return new Plan(steps, s.Wait(WaitReason.ShuttingDown,
            "The guest was asked to power off before it was wanted again; it is started anew when it has.", since: asked, deadline));
    }

    public static Plan Alive(Situation s)
    {
        var power = Power(s);
        var devices = Devices.Decide(s);
        if (devices.Count == 0)
            return power is null ? Planning.Plan.Converged : new Plan([power]);

        var wait = Devices.Wait(devices);
        var steps = devices.Select(d => d.Step).OfType<Step>();
        IEnumerable<Step> own = power is null ? [] : [power];
        // Its first instruction shall find all that it is to have: what comes later, a guest without hot-plug never sees.
        if (s.Domain is { State: RunState.Paused, CpuTime.Ticks: 0 })
            steps = wait is null ? steps.Concat(own) : steps;
        else
            steps = own.Concat(steps);
        return new Plan([.. steps], wait) { Devices = devices };
    }

    private static Step? Power(Situation s) => (s.Desired!.Power, s.Domain!.State) switch
    {
        // Also what a crash between create and unpause leaves behind.
        (DesiredPower.Running, RunState.Paused) => new Step.Unpause(s.Domain.Ref),
        (DesiredPower.Paused, RunState.Running) => new Step.Pause(s.Domain.Ref),
        _ => null,
    };
}
