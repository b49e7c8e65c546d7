using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

public sealed class BlockedTests
{
    public static TheoryData<DesiredPower?> AnyWish { get; } = [DesiredPower.Running, DesiredPower.Paused, DesiredPower.Halted, (DesiredPower?)null];

    [Theory]
    [MemberData(nameof(AnyWish))]
    public void Two_domains_with_our_uuid_are_left_to_a_person(DesiredPower? wish)
    {
        var wait = Plan(wish, A.Seen(A.Domain(RunState.Running, 7), A.Domain(RunState.Running, 8))).ShouldWait(WaitReason.DuplicateDomain);
        wait.Message.ShouldContain("7, 8");
        wait.Next.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(AnyWish))]
    public void One_that_shut_down_and_one_that_runs_are_two(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.Domain(RunState.ShutDown, 7, ShutdownReason.Poweroff), A.Domain(RunState.Running, 8))).ShouldWait(WaitReason.DuplicateDomain);

    [Fact]
    public void One_that_is_dying_does_not_count() =>
        Plan(DesiredPower.Running, A.Seen(A.Domain(RunState.Dying, 7), A.Domain(RunState.Running, 8))).ShouldBe();

    [Theory]
    [MemberData(nameof(AnyWish))]
    public void A_foreign_domain_with_our_uuid_is_left_to_a_person(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.Foreign())).ShouldWait(WaitReason.NotOurs).Next.ShouldBeNull();

    [Theory]
    [MemberData(nameof(AnyWish))]
    public void Something_half_made_that_runs_is_left_to_a_person(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.HalfMade(RunState.Running))).ShouldWait(WaitReason.NotOurs);

    [Theory]
    [MemberData(nameof(AnyWish))]
    public void An_operation_on_a_domain_that_is_not_to_be_seen_yet_is_waited_for(DesiredPower? wish) =>
        Plan(wish, A.Seen() with { OperationInProgress = true }).ShouldWait(WaitReason.OperationInProgress).Next.ShouldNotBeNull().ShouldBeGreaterThan(A.Noon);

    [Theory]
    [MemberData(nameof(AnyWish))]
    public void An_operation_on_a_domain_that_is_there_is_waited_for(DesiredPower? wish) =>
        Plan(wish, A.Seen(A.HalfMade() with { OperationInProgress = true })).ShouldWait(WaitReason.OperationInProgress);
}
