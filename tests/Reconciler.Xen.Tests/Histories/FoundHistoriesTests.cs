using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;
using static Reconciler.Xen.Tests.Histories.Happening;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>Counterexamples that <see cref="LawTests"/> found once, and what they taught.</summary>
public sealed class FoundHistoriesTests
{
    private static readonly DomainPolicy Never = new() { RestartPolicy = RestartPolicy.Never, OnShutdownTimeout = OnShutdownTimeout.Wait, ShutdownGracePeriod = TimeSpan.FromSeconds(30) };

    /// <summary>The order was struck from the mark, and the power-off that it led to looked like the guest's own doing.</summary>
    [Fact]
    public void A_guest_that_is_slower_than_its_grace_period_follows_a_withdrawn_order_and_is_started_anew()
    {
        using var world = Live(ShutdownAnswer.PowerOff, shutdownSeconds: 200, Never,
            new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Halted), new Reconciled(), new Wants(DesiredPower.Running));
        world.Settle().IsConverged.ShouldBeTrue();
        world.Happen(new Passed(3600));
        world.Ours.ShouldHaveSingleItem().State.ShouldBe(RunState.ShutDown);
        world.Settle().IsConverged.ShouldBeTrue();
        world.Ours.ShouldHaveSingleItem().State.ShouldBe(RunState.Running);
    }

    /// <summary>It was asked again for ever, and the plan never came to rest.</summary>
    [Fact]
    public void A_guest_that_can_t_be_asked_is_not_asked_after_its_grace_period()
    {
        using var world = Live(ShutdownAnswer.Refuse, shutdownSeconds: 0, Never,
            new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Halted));
        world.Settle().Wait.ShouldNotBeNull().Reason.ShouldBe(WaitReason.ShutdownOverdue);
    }

    /// <summary>An order that lapsed must not shorten the grace period of the next one: without the withdrawal this guest is destroyed unasked.</summary>
    [Fact]
    public void The_second_order_has_a_grace_period_of_its_own()
    {
        using var world = Live(ShutdownAnswer.Ignore, shutdownSeconds: 0, new DomainPolicy(),
            new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Halted), new Reconciled(),
            new Wants(DesiredPower.Running), new Passed(700), new Reconciled(), new Passed(700), new Wants(DesiredPower.Halted), new Reconciled());
        world.Ours.ShouldHaveSingleItem().State.ShouldBe(RunState.Running);
        world.Reconcile().ShouldNotBeNull().Wait.ShouldNotBeNull().Reason.ShouldBe(WaitReason.ShuttingDown);
    }

    /// <summary>It took the request before it had an init, forgot it, and was forced off when its grace period was over.</summary>
    [Theory]
    [InlineData(DomainType.Pv)]
    [InlineData(DomainType.Pvh)]
    public void A_guest_that_forgot_what_it_was_asked_in_its_boot_is_asked_again_and_ends_well(DomainType type)
    {
        using var world = new World(new History(ShutdownAnswer.ForgetInBoot, type, BootSeconds: 5, ShutdownSeconds: 1, GraceSeconds: 120, TeardownSeconds: 0, new DomainPolicy(), []));
        foreach (var happening in new Happening[] { new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Halted) })
            world.Happen(happening);
        var ordered = world.Now;
        world.Settle().IsConverged.ShouldBeTrue();
        world.Ours.ShouldBeEmpty();
        (world.Now - ordered).ShouldBeLessThan(TimeSpan.FromSeconds(60));
    }

    /// <summary>It takes up what it was given while it was paused as soon as it runs: what was planned before that has to be looked at again.</summary>
    [Fact]
    public void A_device_that_was_not_taken_up_when_its_removal_was_planned_is_not_taken_from_the_guest_that_was_just_let_run()
    {
        using var world = Live(ShutdownAnswer.PowerOff, shutdownSeconds: 0, new DomainPolicy(),
            new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Paused), new WantsGear("n1"), new Reconciled(),
            new Wants(DesiredPower.Running), new WantsGear("n6"), new Reconciled());
        world.Log.ShouldContain("Detach: NoLongerApplies");
        world.Devices.ShouldHaveSingleItem().Frontend.ShouldBe(XenbusState.Connected);
        world.Settle().IsConverged.ShouldBeTrue();
        world.Devices.ShouldHaveSingleItem().Mark.ShouldNotBeNull().Nic.ShouldNotBeNull().Mac.ShouldBe("00:16:3e:00:00:77");
    }

    private static World Live(ShutdownAnswer answer, int shutdownSeconds, DomainPolicy policy, params Happening[] happenings)
    {
        var world = new World(new History(answer, DomainType.Pvh, BootSeconds: 0, shutdownSeconds, (int)policy.ShutdownGracePeriod.TotalSeconds,
            TeardownSeconds: 0, policy, happenings));
        foreach (var happening in happenings)
            world.Happen(happening);
        return world;
    }
}
