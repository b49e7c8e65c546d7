using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Tests;

public sealed class ConditionTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 10, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddMinutes(5).AddMilliseconds(123);

    [Fact]
    public void Semantics_24_The_transition_time_moves_only_when_the_status_flips()
    {
        Condition[] ready = [Next(null, ConditionStatus.True, "Up", Then)];
        var still = Next(ready, ConditionStatus.True, "StillUp", Now);
        (still.LastTransitionTime, still.Reason).ShouldBe((Then, "StillUp"));

        // Whole seconds: what is written is what will be read.
        Next(ready, ConditionStatus.False, "Down", Now).LastTransitionTime.ShouldBe(Then.AddMinutes(5));
    }

    [Fact]
    public void Semantics_24_A_condition_says_which_generation_it_was_judged_by()
    {
        Condition[] ready = [Next(null, ConditionStatus.True, "Up", Then, generation: 3)];
        ready[0].ObservedGeneration.ShouldBe(3);
        Next(ready, ConditionStatus.True, "Up", Now, generation: 4).ShouldBe(ready[0] with { ObservedGeneration = 4 });
    }

    [Fact]
    public void A_condition_is_found_by_its_type_and_an_absent_one_is_not_true()
    {
        Condition[] conditions = [Next(null, ConditionStatus.True, "Up", Then), Next(null, ConditionStatus.Unknown, "Up", Then) with { Type = "Placed" }];
        conditions.Find("Placed")!.Status.ShouldBe("Unknown");
        conditions.Find("Other").ShouldBeNull();
        (conditions.IsTrue("Ready"), conditions.IsTrue("Placed"), conditions.IsTrue("Other")).ShouldBe((true, false, false));
    }

    [Fact]
    public void A_message_is_cut_at_what_an_api_server_takes()
    {
        var cut = ((IReadOnlyList<Condition>?)null).Next("Ready", ConditionStatus.True, "Up", new string('x', 40_000), 1, Then).Message!;
        cut.Length.ShouldBe(32768);
        cut.ShouldEndWith("x…");
    }

    private static Condition Next(IReadOnlyList<Condition>? before, string status, string reason, DateTimeOffset at, long? generation = null) =>
        before.Next("Ready", status, reason, "", generation, at);
}
