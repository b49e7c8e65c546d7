using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;
using Reconciler.Testing.Faults;
using Widget = Reconciler.Testing.Contract.Widget;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>The wall clock is set, by a year forwards or back: what waits goes on by the clock that nobody can set.</summary>
public sealed class ClockJumpTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<TimeSpan> Jumps => [TimeSpan.FromDays(365), TimeSpan.FromDays(-365)];

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Watches_retries_and_probes_do_not_notice(TimeSpan jump) => VirtualLoop.Run(async time =>
    {
        var services = TestServices.Create(time);
        var server = new HistoryServer(time);
        var store = new Store<Widget>();
        var ledger = new ReconcileLedger<Widget>(time);
        using var controller = new Controller<Widget>(ledger, store, new ControllerOptions { Name = "test", Resync = null }, services);
        var reflector = new Reflector<Widget>(server, store, new ReflectorOptions { LabelSelector = HistoryServer.Selector }, services);
        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(reflector.RunAsync(stop.Token), controller.RunAsync(stop.Token));
        await Task.Delay(Second, time);
        ledger.Misbehave(Misbehaviour.ComesBackLater);
        server.Create("a");
        while (ledger.Count == 0)
        {
            await Task.Delay(Second / 1000, time);
        }

        await Task.Delay(5 * Second, time);
        time.JumpWallClock(jump);
        server.Create("b");
        await Task.Delay(Second, time);
        ledger.Last.Keys.Select(k => k.Name).Order().ShouldBe(["a", "b"]);
        ledger.Count.ShouldBe(2);
        await Task.Delay(13.5 * Second, time);
        ledger.Count.ShouldBe(2);
        await Task.Delay(Second, time);
        ledger.Count.ShouldBe(3);
        server.LiveWatches.ShouldBe(1);
        services.Health.Unhealthy().ShouldBeEmpty();
        services.Health.NotReady().ShouldBeEmpty();
        await stop.CancelAsync();
        await running;
    });

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Semantics_34_A_leader_goes_on_to_lead(TimeSpan jump) => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        LeaderElector Candidate(string name) =>
            new(cluster.Client, new LeaderElectionOptions { Namespace = "ns", Name = "leader", Identity = name }, TestServices.Create(time));
        var (a, b) = (Candidate("a"), Candidate("b"));
        using var stop = new CancellationTokenSource();
        await a.AcquireAsync(stop.Token);
        var (holding, waiting) = (a.HoldAsync(stop.Token), b.AcquireAsync(stop.Token));
        await Task.Delay(30 * Second, time);

        time.JumpWallClock(jump);
        await Task.Delay(60 * Second, time);
        (a.IsLeader, b.IsLeader).ShouldBe((true, false));
        cluster.Find<Lease>("leader")!.Spec!.LeaseTransitions.ShouldBe(0);
        await stop.CancelAsync();
        (await holding).ShouldBeFalse();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    });

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Semantics_32_What_a_series_of_events_has_counted_is_still_written(TimeSpan jump)
    {
        var start = new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.Zero);
        var series = new EventSeriesCache();
        var regarding = new ObjectReference { Kind = "Widget", Name = "a" };
        var key = new EventKey(EventType.Warning, "Create", "KernelNotFound", regarding, null);
        for (var n = 0; n < 3; n++)
        {
            series.Record(new Occurrence(key, regarding, "no such kernel", start), _ => new Event());
        }

        series.Sweep(start + jump).ShouldHaveSingleItem().Series!.Count.ShouldBe(3);
        series.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_server_that_asks_for_hours_is_asked_again_after_minutes() =>
        new RetryBackoff(new VirtualTime(), new Random(1)).Next(TimeSpan.FromHours(9)).ShouldBe(TimeSpan.FromMinutes(5));
}
