using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Tests.Planning;

internal static class PlanAssertions
{
    /// <summary>Plans at noon.</summary>
    public static Plan Plan(DesiredPower? power, Observation observed, DomainPolicy? policy = null, ExitRecord? exit = null, DateTimeOffset? now = null) =>
        Planner.Plan(power is { } p ? A.Desired(p) : null, observed, policy ?? A.Policy, exit, now ?? A.Noon);

    public static void ShouldBe(this Plan plan, params Step[] steps)
    {
        plan.Steps.ShouldBe(steps);
        plan.Wait.ShouldBeNull();
    }

    /// <summary>Returns the wait for closer looks.</summary>
    public static Wait ShouldWait(this Plan plan, WaitReason reason, params Step[] steps)
    {
        plan.Steps.ShouldBe(steps);
        var wait = plan.Wait.ShouldNotBeNull();
        wait.Reason.ShouldBe(reason);
        wait.Message.ShouldNotBeNullOrWhiteSpace();
        return wait;
    }

    public static Step.Destroy Destroy(ObservedDomain domain, DestroyCause cause) => new(domain.Ref, cause);

    public static Step[] CreateAndRun(DesiredPower power = DesiredPower.Running) => power == DesiredPower.Running
        ? [new Step.CreatePaused(A.Desired(power)), new Step.Unpause(null)]
        : [new Step.CreatePaused(A.Desired(power))];
}
