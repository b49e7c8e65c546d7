using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>
/// The law: execute any prefix of any plan, crash, plan again: it converges to the same state, never by way of one that loses data or
/// runs a guest twice. <c>RECONCILER_PROPERTY_RUNS</c> sets how many histories are tried; a failure prints how to replay it.
/// </summary>
public sealed class LawTests
{
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("RECONCILER_PROPERTY_RUNS"), out var runs) ? runs : 4000;

    [Fact]
    public void Every_history_settles_at_what_is_desired() => Hold(world =>
    {
        Settled.Check(world, world.Settle());

        // A guest that was slower than its grace period may follow an order that does not stand any more.
        world.Happen(new Happening.Passed(3600));
        Settled.Check(world, world.Settle());
    });

    [Fact]
    public void A_new_agent_changes_nothing_about_a_domain_that_is_as_desired() => Hold(world =>
    {
        if (!world.Settle().IsConverged || world.Ours.Any(d => d.AcknowledgedAt is not null))
            return;
        var before = Snapshot(world);
        for (var i = 0; i < 3; i++)
        {
            world.Happen(new Happening.Passed(1 + i * 3600));
            world.Reconcile().ShouldNotBeNull().IsConverged.ShouldBeTrue();
            Snapshot(world).ShouldBe(before);
        }
    });

    private static void Hold(Action<World> law)
    {
        var property = Prop.ForAll(HistoryGen.Histories(), history =>
        {
            using var world = new World(history);
            try
            {
                foreach (var happening in history.Happenings)
                    world.Happen(happening);
                law(world);
            }
            catch (Exception e) when (e is ShouldAssertException or InvalidOperationException)
            {
                return false.Label($"{e.Message}\n    {world.Log}");
            }
            return true.ToProperty();
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(40), property);
    }

    private static (int, RunState, DateTimeOffset?)[] Snapshot(World world) =>
        [.. world.Ours.Select(d => (d.Domid, d.State, d.Mark?.StartedAt))];
}
