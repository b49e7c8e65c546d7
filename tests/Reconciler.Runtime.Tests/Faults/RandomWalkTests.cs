using System.Globalization;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>
/// Reflector, store, queue and controller on random walks through changes, faults and restarts. More seeds: RECONCILER_WALK_SEEDS=1..500
/// (or one number); a failure prints its seed and the shortest walk that still fails.
/// </summary>
public sealed class RandomWalkTests
{
    private const int Steps = 10_000;

    private static string Seeds => Environment.GetEnvironmentVariable("RECONCILER_WALK_SEEDS") ?? "1..3";

    [Fact]
    public void Whatever_happens_the_store_comes_to_the_truth_and_every_last_state_is_reconciled()
    {
        var range = Seeds.Split("..").Select(s => int.Parse(s, CultureInfo.InvariantCulture)).ToList();
        for (var seed = range[0]; seed <= range[^1]; seed++)
        {
            var steps = WalkStep.Generate(seed, Steps);
            var result = Walk.Play(steps);
            if (result.Failure is not null)
            {
                Assert.Fail(Describe($"RECONCILER_WALK_SEEDS={seed}", steps, result));
            }

            result.Comparisons.ShouldBeGreaterThan(30);
            result.Reconciles.ShouldBeGreaterThan(1000);
        }
    }

    [Fact]
    public void A_change_that_is_never_told_is_found_out_and_the_walk_shrinks_to_it()
    {
        var steps = WalkStep.Generate(1, 120);
        steps.InsertRange(80, [new(WalkVerb.Compare, 0, 0), new(WalkVerb.Create, 12, 0), new(WalkVerb.Recreate, 12, 0), new(WalkVerb.LoseLastChange, 0, 0), new(WalkVerb.Compare, 0, 0)]);
        var result = Walk.Play(steps);
        result.Failure.ShouldNotBeNull().ShouldContain("ns/w0: version");
        var (fewest, failure) = WalkShrinker.Shrink(steps, result, TimeSpan.FromMinutes(10));
        failure.ShouldContain("ns/w0");
        fewest.Count.ShouldBeLessThanOrEqualTo(5, string.Join(", ", fewest));
    }

    private static string Describe(string seed, List<WalkStep> steps, WalkResult result)
    {
        var (fewest, failure) = WalkShrinker.Shrink(steps, result, TimeSpan.FromSeconds(60));
        return $"{seed} fails after {result.Steps} steps:\n{result.Failure}\n\nThese {fewest.Count} steps are enough:\n  {string.Join("\n  ", fewest)}\nand end with:\n{failure}";
    }
}
