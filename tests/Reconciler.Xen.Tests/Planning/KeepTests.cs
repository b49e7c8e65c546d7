using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

public sealed class KeepTests
{
    [Fact]
    public void Running_as_desired() => Plan(DesiredPower.Running, A.Seen(A.Domain(RunState.Running))).IsConverged.ShouldBeTrue();

    [Fact]
    public void Paused_as_desired() => Plan(DesiredPower.Paused, A.Seen(A.Domain(RunState.Paused))).IsConverged.ShouldBeTrue();

    [Fact]
    public void Paused_and_to_run() =>
        Plan(DesiredPower.Running, A.Seen(A.Domain(RunState.Paused))).ShouldBe(new Step.Unpause(A.Domain(RunState.Paused).Ref));

    [Fact]
    public void Running_and_to_be_paused() =>
        Plan(DesiredPower.Paused, A.Seen(A.Domain(RunState.Running))).ShouldBe(new Step.Pause(A.Domain(RunState.Running).Ref));

    [Theory]
    [InlineData(DesiredPower.Running)]
    [InlineData(DesiredPower.Paused)]
    public void A_suspended_guest_that_nobody_of_ours_suspended_is_left_alone(DesiredPower wish) =>
        Plan(wish, A.Seen(A.Domain(RunState.ShutDown, reason: ShutdownReason.Suspend))).ShouldWait(WaitReason.Suspended).Deadline.ShouldBeNull();

    [Theory]
    [InlineData(DesiredPower.Running)]
    [InlineData(DesiredPower.Paused)]
    public void A_guest_that_was_asked_and_is_wanted_again_may_end_until_its_deadline(DesiredPower wish)
    {
        var asked = A.Noon - TimeSpan.FromSeconds(20);
        var wait = Plan(wish, A.Seen(A.Domain(RunState.Running, asked: asked))).ShouldWait(WaitReason.ShuttingDown);
        wait.Since.ShouldBe(asked);
        wait.Deadline.ShouldBe(asked + A.Policy.ShutdownGracePeriod);
    }

    [Fact]
    public void If_it_is_paused_meanwhile_it_is_let_run_to_its_end()
    {
        var domain = A.Domain(RunState.Paused, asked: A.Noon - TimeSpan.FromSeconds(20));
        Plan(DesiredPower.Running, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.Unpause(domain.Ref));
    }

    [Fact]
    public void If_it_lives_after_that_the_request_is_struck_and_it_runs_on()
    {
        var domain = A.Domain(RunState.Running, asked: A.Noon - A.Policy.ShutdownGracePeriod);
        Plan(DesiredPower.Running, A.Seen(domain)).ShouldBe(new Step.WithdrawShutdown(domain.Ref));
        Plan(DesiredPower.Paused, A.Seen(domain)).ShouldBe(new Step.WithdrawShutdown(domain.Ref), new Step.Pause(domain.Ref));
    }

    [Fact]
    public void A_request_that_could_not_be_made_is_struck_at_once()
    {
        var domain = A.Domain(RunState.Running) with { Mark = A.Mark(A.Noon, asked: A.Noon, refused: true) };
        Plan(DesiredPower.Running, A.Seen(domain)).ShouldBe(new Step.WithdrawShutdown(domain.Ref));
    }
}
