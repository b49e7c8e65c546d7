using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

public sealed class StartTests
{
    private static readonly ObservedDomain Holder = A.Foreign() with { Uuid = Guid.NewGuid() };

    [Fact]
    public void From_nothing_to_running() => Plan(DesiredPower.Running, A.Seen()).ShouldBe(CreateAndRun());

    [Fact]
    public void From_nothing_to_paused() => Plan(DesiredPower.Paused, A.Seen()).ShouldBe(CreateAndRun(DesiredPower.Paused));

    [Theory]
    [InlineData(DesiredPower.Halted)]
    [InlineData(null)]
    public void Nothing_there_and_nothing_wanted_is_as_desired(DesiredPower? wish) => Plan(wish, A.Seen()).IsConverged.ShouldBeTrue();

    [Fact]
    public void What_a_crash_between_create_and_unpause_left_is_unpaused() =>
        Plan(DesiredPower.Running, A.Seen(A.Fresh())).ShouldBe(new Step.Unpause(A.Fresh().Ref));

    [Fact]
    public void What_is_half_made_is_cleared_away_and_made_anew() =>
        Plan(DesiredPower.Running, A.Seen(A.HalfMade())).ShouldBe([Destroy(A.HalfMade(), DestroyCause.HalfMade), .. CreateAndRun()]);

    [Theory]
    [InlineData(DesiredPower.Halted)]
    [InlineData(null)]
    public void What_is_half_made_and_not_wanted_is_cleared_away(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.HalfMade())).ShouldBe(Destroy(A.HalfMade(), DestroyCause.HalfMade));

    [Fact]
    public void What_is_half_destroyed_is_cleared_away_too()
    {
        var remnant = A.HalfMade() with { CpuTime = TimeSpan.FromSeconds(9) };
        Plan(null, A.Seen(remnant)).ShouldBe(Destroy(remnant, DestroyCause.HalfMade));
    }

    [Theory]
    [InlineData(DesiredPower.Running)]
    [InlineData(DesiredPower.Halted)]
    [InlineData(null)]
    public void While_the_old_one_is_torn_down_nothing_is_made_and_nothing_is_said_to_be_gone(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.Domain(RunState.Dying))).ShouldWait(WaitReason.TearingDown).Next.ShouldNotBeNull().ShouldBeGreaterThan(A.Noon);

    [Fact]
    public void While_another_one_with_the_name_is_torn_down_nothing_is_made() =>
        Plan(DesiredPower.Running, A.Seen() with { NameHeldBy = Holder with { State = RunState.Dying } }).ShouldWait(WaitReason.TearingDown);

    [Fact]
    public void A_name_that_is_taken_is_waited_for()
    {
        var wait = Plan(DesiredPower.Running, A.Seen() with { NameHeldBy = Holder }).ShouldWait(WaitReason.NameConflict);
        wait.Message.ShouldContain("default.web");
        wait.Message.ShouldContain("domid 9");
        // No signal about the other domain reaches this one's key.
        wait.Next.ShouldNotBeNull().ShouldBeGreaterThan(A.Noon);
    }

    [Fact]
    public void The_earlier_domain_of_a_name_is_told_from_a_foreign_one() =>
        Plan(DesiredPower.Running, A.Seen() with { NameHeldBy = Holder with { Ownership = DomainOwnership.Ours } })
            .ShouldWait(WaitReason.NameConflict).Message.ShouldContain("earlier object");

    [Fact]
    public void A_name_that_is_taken_does_not_disturb_a_domain_that_is_there() =>
        Plan(DesiredPower.Running, A.Seen(A.Domain(RunState.Running)) with { NameHeldBy = Holder }).IsConverged.ShouldBeTrue();

    [Fact]
    public void A_name_that_is_taken_means_nothing_to_what_is_not_wanted() =>
        Plan(DesiredPower.Halted, A.Seen() with { NameHeldBy = Holder }).IsConverged.ShouldBeTrue();

    [Fact]
    public void What_is_half_made_goes_even_when_the_name_is_taken() =>
        Plan(DesiredPower.Running, A.Seen(A.HalfMade()) with { NameHeldBy = Holder })
            .ShouldWait(WaitReason.NameConflict, Destroy(A.HalfMade(), DestroyCause.HalfMade));
}
