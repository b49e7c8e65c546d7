using Reconciler.Testing.Faults;

namespace Reconciler.Runtime.Tests.Faults;

public sealed class FaultPlanTests
{
    [Fact]
    public void The_nth_request_of_a_kind_meets_the_same_fault_whatever_comes_between()
    {
        var (alone, mixed) = (new FaultPlan(7, 0.5), new FaultPlan(7, 0.5));
        for (var n = 0; n < 100; n++)
        {
            mixed.Next(RequestKind.List);
            mixed.Next(RequestKind.Watch).ShouldBe(alone.Next(RequestKind.Watch));
        }

        Faults(new FaultPlan(8, 0.5)).ShouldNotBe(Faults(new FaultPlan(7, 0.5)));
    }

    [Fact]
    public void As_many_requests_meet_a_fault_as_the_rate_says_and_all_faults_come() =>
        Faults(new FaultPlan(1, 0.5)).GroupBy(f => f).ToDictionary(g => g.Key, g => g.Count()).ShouldSatisfyAllConditions(
            counts => counts[ProxyFault.None].ShouldBeInRange(400, 600),
            counts => counts.Keys.Except([ProxyFault.None]).Order().ShouldBe(Enum.GetValues<ProxyFault>().Except([ProxyFault.None, ProxyFault.TruncatedList])));

    [Fact]
    public void A_plan_that_is_off_lets_everything_through_and_goes_on_counting()
    {
        var (off, on) = (new FaultPlan(1, 1) { IsOn = false }, new FaultPlan(1, 1));
        off.Next(RequestKind.Watch).Fault.ShouldBe(ProxyFault.None);
        on.Next(RequestKind.Watch);
        off.IsOn = true;
        off.Next(RequestKind.Watch).ShouldBe(on.Next(RequestKind.Watch));
        off.Met.Values.Sum().ShouldBe(1);
    }

    private static List<ProxyFault> Faults(FaultPlan plan) => [.. Enumerable.Range(0, 1000).Select(_ => plan.Next(RequestKind.Watch).Fault)];
}
