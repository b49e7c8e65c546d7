using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

public sealed class StopTests
{
    private static readonly DomainPolicy Patient = new() { OnShutdownTimeout = OnShutdownTimeout.Wait };

    public static TheoryData<DesiredPower?> NotWanted { get; } = [DesiredPower.Halted, (DesiredPower?)null];

    [Theory]
    [MemberData(nameof(NotWanted))]
    public void A_running_guest_is_asked(DesiredPower? wish)
    {
        var domain = A.Domain(RunState.Running);
        var wait = Plan(wish, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.RequestShutdown(domain.Ref));
        wait.Deadline.ShouldBe(A.Noon + A.Policy.ShutdownGracePeriod);
    }

    [Theory]
    [MemberData(nameof(NotWanted))]
    public void While_it_has_not_answered_it_is_not_asked_twice_and_has_its_grace_period_from_then(DesiredPower? wish)
    {
        var asked = A.Noon - TimeSpan.FromSeconds(119);
        var wait = Plan(wish, A.Seen(A.Domain(RunState.Running, asked: asked) with { ShutdownUnacknowledged = true })).ShouldWait(WaitReason.ShuttingDown);
        wait.Since.ShouldBe(asked);
        wait.Deadline.ShouldBe(asked + TimeSpan.FromSeconds(120));
    }

    [Fact]
    public void A_request_that_the_guest_has_not_taken_yet_is_said() =>
        Plan(null, A.Seen(A.Domain(RunState.Running, asked: A.Noon) with { ShutdownUnacknowledged = true }))
            .ShouldWait(WaitReason.ShuttingDown).Message.ShouldContain("not acknowledged");

    [Fact]
    public void A_guest_that_took_the_request_is_left_alone_for_a_while()
    {
        var asked = A.Noon - TimeSpan.FromSeconds(14);
        var wait = Plan(null, A.Seen(A.Domain(RunState.Running, asked: asked))).ShouldWait(WaitReason.ShuttingDown);
        wait.Next.ShouldBe(asked + TimeSpan.FromSeconds(15));
        wait.Deadline.ShouldBe(asked + A.Policy.ShutdownGracePeriod);
    }

    [Fact]
    public void One_that_took_it_and_runs_on_is_asked_again_and_its_grace_period_is_still_the_first_request_s()
    {
        var asked = A.Noon - TimeSpan.FromSeconds(100);
        var domain = A.Domain(RunState.Running) with { Mark = A.Mark(A.Noon, asked) with { ShutdownAskedAt = A.Noon - TimeSpan.FromSeconds(15) } };
        var wait = Plan(null, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.RequestShutdown(domain.Ref));
        wait.Since.ShouldBe(asked);
        wait.Deadline.ShouldBe(asked + A.Policy.ShutdownGracePeriod);
    }

    [Fact]
    public void After_its_grace_period_it_is_not_asked_again() =>
        Plan(null, A.Seen(A.Domain(RunState.Running, asked: A.Noon - TimeSpan.FromSeconds(130))), Patient).ShouldWait(WaitReason.ShutdownOverdue);

    [Theory]
    [MemberData(nameof(NotWanted))]
    public void After_its_grace_period_it_is_destroyed(DesiredPower? wish)
    {
        var domain = A.Domain(RunState.Running, asked: A.Noon - TimeSpan.FromSeconds(120));
        Plan(wish, A.Seen(domain)).ShouldBe(Destroy(domain, DestroyCause.GracePeriodExpired));
    }

    [Fact]
    public void Or_waited_for_where_the_policy_says_so()
    {
        var asked = A.Noon - TimeSpan.FromSeconds(130);
        var wait = Plan(null, A.Seen(A.Domain(RunState.Running, asked: asked)), Patient).ShouldWait(WaitReason.ShutdownOverdue);
        wait.Since.ShouldBe(asked + TimeSpan.FromSeconds(120));
        wait.Deadline.ShouldBeNull();
    }

    [Fact]
    public void A_paused_guest_is_let_run_so_that_it_can_answer()
    {
        var domain = A.Domain(RunState.Paused);
        Plan(null, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.Unpause(domain.Ref), new Step.RequestShutdown(domain.Ref));
    }

    [Fact]
    public void A_guest_that_was_paused_after_it_was_asked_is_let_run_and_not_asked_twice()
    {
        var domain = A.Domain(RunState.Paused, asked: A.Noon);
        Plan(null, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.Unpause(domain.Ref));
    }

    [Theory]
    [MemberData(nameof(NotWanted))]
    public void A_domain_that_never_ran_is_destroyed(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.Fresh())).ShouldBe(Destroy(A.Fresh(), DestroyCause.NeverRan));

    [Fact]
    public void One_witness_that_it_never_ran_is_not_enough()
    {
        var used = A.Fresh() with { CpuTime = TimeSpan.FromTicks(1) };
        var started = A.Fresh() with { Mark = A.Mark(started: A.Noon) };
        foreach (var domain in new[] { used, started })
            Plan(null, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.Unpause(domain.Ref), new Step.RequestShutdown(domain.Ref));
    }

    [Fact]
    public void A_guest_that_could_not_be_asked_is_asked_again_soon()
    {
        var domain = A.Domain(RunState.Running) with { Mark = A.Mark(A.Noon, asked: A.Noon - TimeSpan.FromSeconds(30), refused: true) };
        var wait = Plan(null, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.RequestShutdown(domain.Ref));
        wait.Message.ShouldContain("no way to be asked");
        wait.Deadline.ShouldBe(A.Noon + TimeSpan.FromSeconds(90));
        wait.Next.ShouldNotBeNull().ShouldBeLessThan(A.Noon + TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void Its_grace_period_ends_all_the_same()
    {
        var domain = A.Domain(RunState.Running) with { Mark = A.Mark(A.Noon, asked: A.Noon - TimeSpan.FromSeconds(120), refused: true) };
        Plan(null, A.Seen(domain)).ShouldBe(Destroy(domain, DestroyCause.GracePeriodExpired));
        Plan(null, A.Seen(domain), Patient).ShouldWait(WaitReason.ShutdownOverdue);
    }

    [Fact]
    public void No_grace_period_means_at_once()
    {
        var domain = A.Domain(RunState.Running);
        Plan(null, A.Seen(domain), new DomainPolicy { ShutdownGracePeriod = TimeSpan.Zero }).ShouldBe(Destroy(domain, DestroyCause.GracePeriodExpired));
        Plan(null, A.Seen(domain), Patient with { ShutdownGracePeriod = TimeSpan.Zero })
            .ShouldWait(WaitReason.ShutdownOverdue, new Step.RequestShutdown(domain.Ref));
    }

    [Fact]
    public void A_grace_period_without_end_is_legal() =>
        Plan(null, A.Seen(A.Domain(RunState.Running, asked: A.Noon)), new DomainPolicy { ShutdownGracePeriod = TimeSpan.MaxValue })
            .ShouldWait(WaitReason.ShuttingDown).Deadline.ShouldBe(DateTimeOffset.MaxValue);

    [Theory]
    [InlineData(ShutdownReason.Poweroff)]
    [InlineData(ShutdownReason.Reboot)]
    [InlineData(ShutdownReason.Crash)]
    [InlineData(ShutdownReason.SoftReset)]
    public void What_is_left_of_it_is_cleared_away(ShutdownReason reason)
    {
        var domain = A.Domain(RunState.ShutDown, reason: reason, asked: A.Noon);
        Plan(null, A.Seen(domain)).ShouldBe(Destroy(domain, DestroyCause.Remains));
        Plan(DesiredPower.Halted, A.Seen(domain)).ShouldBe(Destroy(domain, DestroyCause.Remains));
    }

    [Fact]
    public void A_suspended_guest_is_no_remains_but_has_a_grace_period_too()
    {
        var domain = A.Domain(RunState.ShutDown, reason: ShutdownReason.Suspend);
        Plan(null, A.Seen(domain)).ShouldWait(WaitReason.ShuttingDown, new Step.RequestShutdown(domain.Ref));

        var overdue = A.Domain(RunState.ShutDown, reason: ShutdownReason.Suspend, asked: A.Noon - TimeSpan.FromSeconds(120));
        Plan(null, A.Seen(overdue)).ShouldBe(Destroy(overdue, DestroyCause.GracePeriodExpired));
    }
}
