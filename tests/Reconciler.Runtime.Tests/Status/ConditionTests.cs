using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Status;

namespace Reconciler.Runtime.Tests.Status;

public sealed class ConditionTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddMinutes(5).AddMilliseconds(123);

    [Fact]
    public void Semantics_24_The_transition_time_moves_only_when_the_status_flips()
    {
        var ready = Conditions.Set(null, Ready("True", "Up", Then));
        var still = Conditions.Set(ready, Ready("True", "StillUp", Now));
        still.ShouldHaveSingleItem().LastTransitionTime.ShouldBe(Then);
        still[0].Reason.ShouldBe("StillUp");

        var flipped = Conditions.Set(still, Ready("False", "Down", Now));
        flipped.ShouldHaveSingleItem().LastTransitionTime.ShouldBe(Then.AddMinutes(5));
    }

    [Fact]
    public void Other_conditions_keep_their_place()
    {
        var conditions = Conditions.Set(Conditions.Set(null, Ready("True", "Up", Then)), Ready("True", "Yes", Then) with { Type = "Placed" });
        Conditions.Set(conditions, Ready("False", "Down", Now)).Select(c => c.Type).ShouldBe(["Ready", "Placed"]);
    }

    [Fact]
    public void A_settled_set_holds_what_was_computed_and_nothing_else()
    {
        var before = Conditions.Set(Conditions.Set(null, Ready("True", "Up", Then)), Ready("True", "Old", Then) with { Type = "Stale" });
        var settled = Conditions.Settle(before, [Ready("True", "Up", Now) with { ObservedGeneration = 7 }]);
        settled.ShouldHaveSingleItem().ShouldBe(Ready("True", "Up", Then) with { ObservedGeneration = 7 });
    }

    private static Condition Ready(string status, string reason, DateTimeOffset at) =>
        new() { Type = "Ready", Status = status, Reason = reason, LastTransitionTime = at };
}
