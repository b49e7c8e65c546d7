using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

public sealed class RestartTests
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    [Theory]
    [InlineData(ShutdownReason.Reboot, RestartPolicy.Always)]
    [InlineData(ShutdownReason.Reboot, RestartPolicy.Never)]
    [InlineData(ShutdownReason.SoftReset, RestartPolicy.Never)]
    public void A_reboot_is_always_followed_and_not_recorded(ShutdownReason reason, RestartPolicy policy)
    {
        var domain = A.Domain(RunState.ShutDown, reason: reason);
        Plan(DesiredPower.Running, A.Seen(domain), new DomainPolicy { RestartPolicy = policy })
            .ShouldBe([Destroy(domain, DestroyCause.Remains), .. CreateAndRun()]);
    }

    [Theory]
    [InlineData(ShutdownReason.Poweroff)]
    [InlineData(ShutdownReason.Crash)]
    public void An_end_that_was_ordered_is_followed_by_a_new_start_when_it_is_wanted_again(ShutdownReason reason)
    {
        var domain = A.Domain(RunState.ShutDown, reason: reason, asked: A.Noon);
        Plan(DesiredPower.Running, A.Seen(domain), new DomainPolicy { RestartPolicy = RestartPolicy.Never })
            .ShouldBe([Destroy(domain, DestroyCause.Remains), .. CreateAndRun()]);
    }

    [Fact]
    public void A_power_off_after_a_withdrawn_order_is_ordered_and_a_crash_is_not()
    {
        var poweredOff = A.Domain(RunState.ShutDown, reason: ShutdownReason.Poweroff);
        poweredOff = poweredOff with { Mark = poweredOff.Mark! with { ShutdownWithdrawn = true } };
        Plan(DesiredPower.Running, A.Seen(poweredOff), new DomainPolicy { RestartPolicy = RestartPolicy.Never })
            .ShouldBe([Destroy(poweredOff, DestroyCause.Remains), .. CreateAndRun()]);

        Plan(DesiredPower.Running, A.Seen(poweredOff with { ShutdownReason = ShutdownReason.Crash })).ShouldWait(WaitReason.RecordingExit);
    }

    [Theory]
    [InlineData(ShutdownReason.Poweroff)]
    [InlineData(ShutdownReason.Crash)]
    [InlineData(ShutdownReason.Watchdog)]
    [InlineData(ShutdownReason.Unknown)]
    public void An_end_by_itself_is_recorded_before_its_remains_are_cleared_away(ShutdownReason reason)
    {
        var domain = A.Domain(RunState.ShutDown, reason: reason);
        Plan(DesiredPower.Running, A.Seen(domain)).ShouldWait(WaitReason.RecordingExit);

        var ofAnotherLife = A.Exit(reason) with { CreatedAt = A.Noon - Long };
        Plan(DesiredPower.Running, A.Seen(domain), exit: ofAnotherLife).ShouldWait(WaitReason.RecordingExit);
        Plan(DesiredPower.Running, A.Seen(domain), exit: A.Exit(reason) with { Domid = 6 }).ShouldWait(WaitReason.RecordingExit);
    }

    [Theory]
    [InlineData(RestartPolicy.Always, ShutdownReason.Poweroff, true)]
    [InlineData(RestartPolicy.Always, ShutdownReason.Crash, true)]
    [InlineData(RestartPolicy.OnFailure, ShutdownReason.Poweroff, false)]
    [InlineData(RestartPolicy.OnFailure, ShutdownReason.Crash, true)]
    [InlineData(RestartPolicy.OnFailure, ShutdownReason.Watchdog, true)]
    [InlineData(RestartPolicy.OnFailure, ShutdownReason.Unknown, true)]
    [InlineData(RestartPolicy.Never, ShutdownReason.Poweroff, false)]
    [InlineData(RestartPolicy.Never, ShutdownReason.Crash, false)]
    public void Then_the_policy_decides(RestartPolicy policy, ShutdownReason reason, bool starts)
    {
        var remains = A.Domain(RunState.ShutDown, reason: reason);
        var exit = A.Exit(reason, restarts: 0);
        var rule = new DomainPolicy { RestartPolicy = policy };
        var clear = Destroy(remains, DestroyCause.Remains);

        if (starts)
        {
            Plan(DesiredPower.Running, A.Seen(remains), rule, exit).ShouldBe([clear, .. CreateAndRun()]);
            Plan(DesiredPower.Running, A.Seen(), rule, exit).ShouldBe(CreateAndRun());
        }
        else
        {
            Plan(DesiredPower.Running, A.Seen(remains), rule, exit).ShouldWait(WaitReason.Ended, clear);
            var wait = Plan(DesiredPower.Running, A.Seen(), rule, exit).ShouldWait(WaitReason.Ended);
            wait.Deadline.ShouldBeNull();
            wait.Message.ShouldContain("Halted");
        }
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 40)]
    [InlineData(5, 160)]
    [InlineData(6, 300)]
    [InlineData(int.MaxValue, 300)]
    public void Ends_in_a_row_are_followed_ever_later(int restarts, int seconds)
    {
        var exit = A.Exit(ShutdownReason.Crash, restarts);
        var due = A.Noon + TimeSpan.FromSeconds(seconds);
        var remains = A.Domain(RunState.ShutDown, reason: ShutdownReason.Crash);

        Plan(DesiredPower.Running, A.Seen(remains), exit: exit).ShouldWait(WaitReason.RestartBackoff, Destroy(remains, DestroyCause.Remains)).Deadline.ShouldBe(due);
        Plan(DesiredPower.Running, A.Seen(), exit: exit, now: due - TimeSpan.FromTicks(1)).ShouldWait(WaitReason.RestartBackoff).Deadline.ShouldBe(due);
        Plan(DesiredPower.Running, A.Seen(), exit: exit, now: due).ShouldBe(CreateAndRun());
    }

    [Fact]
    public void A_record_from_before_the_clock_was_set_back_does_not_keep_the_domain_down() =>
        Plan(DesiredPower.Running, A.Seen(), exit: A.Exit(ShutdownReason.Crash, at: A.Noon + Long)).ShouldBe(CreateAndRun());

    [Fact]
    public void An_end_that_was_followed_no_longer_decides() =>
        Plan(DesiredPower.Running, A.Seen(), new DomainPolicy { RestartPolicy = RestartPolicy.Never }, A.Exit(ShutdownReason.Poweroff, followed: true))
            .ShouldBe(CreateAndRun());

    [Fact]
    public void What_was_cut_short_while_it_was_cleared_away_does_not_start_in_spite_of_the_policy() =>
        Plan(DesiredPower.Running, A.Seen(A.HalfMade()), new DomainPolicy { RestartPolicy = RestartPolicy.Never }, A.Exit(ShutdownReason.Poweroff))
            .ShouldWait(WaitReason.Ended, Destroy(A.HalfMade(), DestroyCause.HalfMade));
}
