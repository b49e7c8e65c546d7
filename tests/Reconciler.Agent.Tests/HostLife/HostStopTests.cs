using FsCheck;
using FsCheck.Fluent;
using Reconciler.Agent.HostLife.State;
using Reconciler.Api.Domains;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.HostLife;

public sealed class HostStopTests
{
    /// <summary>
    /// The figure of the host's stop: fifty guests of every kind, within the budget and exactly in order. Ten orders of up to 60 s each fit into
    /// 15 minutes as they are; into five their shares are cut, and so are the delays.
    /// </summary>
    [Theory]
    [InlineData(15, 1)]
    [InlineData(5, 0)]
    public void Fifty_domains_with_mixed_guests_are_down_within_the_budget_exactly_in_order(int minutes, int delays) => Run(async (rig, time) =>
    {
        string?[] guests = [null, "sim.shutdownDelay=20s", "sim.shutdown=ignore", "sim.crashAfter=2s", "sim.shutdown=refuse"];
        List<KeptDomain> domains = [];
        for (var i = 0; i < 50; i++)
        {
            var domain = await rig.RunAsync($"d{i:00}", HostRig.Spec(order: i % 10, delay: i % 3, grace: i % 5 is 2 or 4 ? 15 : 60), guests[i % 5]);
            domains.Add(domain);
            if (i % 7 == 0) await rig.Host.PauseAsync(new DomainRef(domain.Desired.Uuid, (await rig.Host.ObserveAsync(domain.Desired.Key, CancellationToken.None)).Domains[0].Domid), CancellationToken.None);
        }
        await Task.Delay(TimeSpan.FromSeconds(30), time);
        var began = time.Elapsed;

        var result = await rig.StopAsync(TimeSpan.FromMinutes(minutes));

        result.Left.ShouldBeEmpty();
        result.Down.ShouldBe(50);
        (time.Elapsed - began).ShouldBeLessThan(TimeSpan.FromMinutes(minutes));
        (await rig.RunningAsync()).ShouldBeEmpty();
        ShouldBeInOrder(rig, domains, delays);
        rig.Said.ShouldContain(line => line.StartsWith("0 of 50 down", StringComparison.Ordinal));
    });

    [Fact]
    public void Any_orders_and_delays_are_kept_and_the_budget_too() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(30).WithQuietOnSuccess(true),
        Prop.ForAll(Histories, history =>
        {
            Run(async (rig, time) =>
            {
                List<KeptDomain> domains = [];
                foreach (var (i, guest) in history.Guests.Index())
                    domains.Add(await rig.RunAsync($"d{i:00}", HostRig.Spec(guest.Order, guest.Delay, guest.Grace, guest.Waits ? ShutdownTimeoutAction.Wait : ShutdownTimeoutAction.Destroy), guest.Behavior));
                await Task.Delay(TimeSpan.FromSeconds(10), time);
                var began = time.Elapsed;

                var result = await rig.StopAsync(TimeSpan.FromSeconds(history.Budget));

                (time.Elapsed - began).ShouldBeLessThan(TimeSpan.FromSeconds(history.Budget + 1));
                // Only one whose spec says that it is waited for may still run.
                result.Left.Count.ShouldBe(history.Guests.Count(g => g is { Waits: true, Behavior: Stubborn }), string.Join("; ", result.Left));
                ShouldBeInOrder(rig, domains, delays: 0);
            });
        }));

    [Fact]
    public void A_stubborn_guest_does_not_eat_the_time_of_the_others() => Run(async (rig, time) =>
    {
        await rig.RunAsync("stubborn", HostRig.Spec(order: 2, grace: 3600, onTimeout: ShutdownTimeoutAction.Wait), Stubborn);
        var slow = await rig.RunAsync("slow", HostRig.Spec(order: 1, grace: 3600), "sim.shutdownDelay=80s");
        await Task.Delay(TimeSpan.FromSeconds(5), time);

        var result = await rig.StopAsync(TimeSpan.FromMinutes(3));

        result.Left.ShouldBe(["shop.stubborn: it has not powered off, and its shutdown.onTimeout is Wait"]);
        (await rig.RunningAsync()).ShouldBe(["shop.stubborn"]);
        rig.AskedAt.ShouldContainKey(slow.Desired.Uuid);
        rig.Said.ShouldNotContain(line => line.Contains("is destroyed", StringComparison.Ordinal));
    });

    [Fact]
    public void What_is_not_down_in_time_is_destroyed_where_the_spec_says_so_and_that_is_said() => Run(async (rig, time) =>
    {
        await rig.RunAsync("web", HostRig.Spec(grace: 10), Stubborn);
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        var began = time.Elapsed;

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (time.Elapsed - began).ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(13));
        rig.Said.ShouldContain(line => line.StartsWith("shop.web has not powered off in time and is destroyed", StringComparison.Ordinal));
    });

    [Fact]
    public void Domains_of_others_and_those_with_onHostStop_Ignore_are_left_alone() => Run(async (rig, time) =>
    {
        rig.Host.ByHand.Create("foreign");
        await rig.RunAsync("web");
        await rig.RunAsync("cache", HostRig.Spec() with { OnHostStop = HostStopAction.Ignore });
        await Task.Delay(TimeSpan.FromSeconds(5), time);

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (await rig.RunningAsync()).ShouldBe(["foreign", "shop.cache"]);
        rig.Said.ShouldContain("shop.cache is left running, as its onHostStop says");
    });

    [Fact]
    public void Without_what_is_kept_the_defaults_hold_and_the_loss_is_said() => Run(async (rig, time) =>
    {
        var web = await rig.RunAsync("web");
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        var path = Path.Combine(rig.KeptPath, $"{web.Desired.Uuid}.json");
        await File.WriteAllTextAsync(path, "{ \"format\": 1, ");

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (await rig.RunningAsync()).ShouldBeEmpty();
        rig.Said[0].ShouldStartWith($"can't be used, and the defaults hold for its domain: {path}");
    });

    /// <summary>The agent pauses what another host was given meanwhile: it must not write to the same disks again.</summary>
    [Fact]
    public void A_paused_copy_of_what_another_host_holds_is_not_let_run_to_be_shut_down() => Run(async (rig, time) =>
    {
        var web = await rig.RunAsync("web");
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        rig.Host.ByHand.Pause((await rig.Host.ObserveAsync(web.Desired.Key, CancellationToken.None)).Domains[0].Domid);
        rig.Kept.Forget(web.Desired.Uuid);

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (await rig.Host.ObserveAsync(web.Desired.Key, CancellationToken.None)).Domains[0].State.ShouldBe(RunState.Paused);
        rig.AskedAt.ShouldBeEmpty();
    });

    [Fact]
    public void What_is_under_way_is_waited_for_and_shut_down_in_its_turn() => Run(async (rig, time) =>
    {
        var db = await rig.RunAsync("db", HostRig.Spec(order: 1));
        var web = await rig.KeepAsync("web", HostRig.Spec(order: 2));
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        // A worker that outlives its agent is still making it.
        rig.Host.Faults.Add(new Fault(FaultKind.DieAlone) { Operation = HostOperation.CreatePaused, Lasting = TimeSpan.FromSeconds(20) });
        await Should.ThrowAsync<ProcessDiedException>(() => rig.Host.CreatePausedAsync(web.Desired, CancellationToken.None));

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (await rig.Host.ObserveAllAsync(CancellationToken.None)).ShouldNotContain(d => d.State != RunState.Dying);
        rig.GoneAt[web.Desired.Uuid].ShouldBeLessThanOrEqualTo(rig.AskedAt[db.Desired.Uuid]);
    });

    [Fact]
    public void A_stop_that_was_cut_short_goes_on_where_it_was_to_the_deadline_that_it_had() => Run(async (rig, time) =>
    {
        var domains = new[]
        {
            await rig.RunAsync("web", HostRig.Spec(order: 3), "sim.shutdownDelay=10s"),
            await rig.RunAsync("app", HostRig.Spec(order: 2), "sim.shutdownDelay=10s"),
            await rig.RunAsync("db", HostRig.Spec(order: 1, grace: 3600, onTimeout: ShutdownTimeoutAction.Wait), Stubborn),
        };
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        var began = time.Elapsed;
        using (var crash = new CancellationTokenSource(TimeSpan.FromSeconds(16), time))
            (await rig.StopAsync(TimeSpan.FromSeconds(100), crash.Token)).Succeeded.ShouldBeFalse();

        (await rig.StopAsync(TimeSpan.FromHours(1))).Left.ShouldHaveSingleItem().ShouldStartWith("shop.db");

        (time.Elapsed - began).ShouldBeInRange(TimeSpan.FromSeconds(99), TimeSpan.FromSeconds(101));
        rig.Said.ShouldContain("goes on with a stop that was cut short");
        ShouldBeInOrder(rig, domains, delays: 1);
    });

    /// <summary>The process dies at any look, as often as it likes, and is begun again each time.</summary>
    [Fact]
    public void Wherever_it_is_cut_short_the_order_holds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20).WithQuietOnSuccess(true),
        Prop.ForAll(Gen.Choose(0, 120).ArrayOf(3).ToArbitrary(), deaths => Run(async (rig, time) =>
        {
            List<KeptDomain> domains = [];
            for (var i = 0; i < 9; i++) domains.Add(await rig.RunAsync($"d{i}", HostRig.Spec(order: i / 2, delay: i, grace: 20), i % 4 == 3 ? Stubborn : "sim.shutdownDelay=3s"));
            await Task.Delay(TimeSpan.FromSeconds(10), time);
            var (began, died) = (time.Elapsed, 0);

            foreach (var looks in deaths)
            {
                rig.Host.Faults.Add(new Fault(FaultKind.Die) { Operation = HostOperation.Observe, Skip = looks });
                try
                {
                    await rig.StopAsync(TimeSpan.FromMinutes(10));
                }
                catch (ProcessDiedException)
                {
                    died++;
                }
                rig.Host.Faults.Clear();
            }
            (await rig.StopAsync(TimeSpan.FromMinutes(10))).Left.ShouldBeEmpty();

            died.ShouldBeGreaterThan(0);
            (time.Elapsed - began).ShouldBeLessThan(TimeSpan.FromMinutes(10));
            ShouldBeInOrder(rig, domains, delays: 1);
        })));

    [Fact]
    public void A_guest_that_ended_by_itself_is_remembered_before_its_remains_are_cleared_away() => Run(async (rig, time) =>
    {
        var job = await rig.RunAsync("job", HostRig.Spec() with { RestartPolicy = RestartPolicy.Never }, "sim.powerOffAfter=3s");
        await Task.Delay(TimeSpan.FromSeconds(10), time);

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (await rig.Host.ObserveAllAsync(CancellationToken.None)).ShouldNotContain(d => d.State != RunState.Dying);
        KeptDomains.Open(rig.KeptPath).Find(job.Desired.Uuid)!.LastExit!.Reason.ShouldBe("Poweroff");
    });

    [Fact]
    public void An_operation_that_hangs_keeps_no_other_domain_waiting() => Run(async (rig, time) =>
    {
        var stuck = await rig.RunAsync("stuck", HostRig.Spec(order: 2, grace: 20));
        var db = await rig.RunAsync("db", HostRig.Spec(order: 1));
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        rig.Host.Faults.Add(new Fault(FaultKind.Hang) { Operation = HostOperation.RequestShutdown, Uuid = stuck.Desired.Uuid });
        var began = time.Elapsed;

        (await rig.StopAsync()).Succeeded.ShouldBeTrue();

        (rig.AskedAt[db.Desired.Uuid] - began).ShouldBeLessThan(TimeSpan.FromSeconds(40));
    });

    private const string Stubborn = "sim.shutdown=ignore";

    /// <summary>Nobody is asked before everybody of a higher order that ends in time is gone, and its delay is over.</summary>
    private static void ShouldBeInOrder(HostRig rig, IReadOnlyList<KeptDomain> domains, int delays)
    {
        foreach (var earlier in domains)
        {
            foreach (var later in domains.Where(d => d.Order < earlier.Order && rig.AskedAt.ContainsKey(d.Desired.Uuid)))
            {
                if (earlier.OnTimeout == ShutdownTimeoutAction.Wait) continue;
                rig.AskedAt[later.Desired.Uuid].ShouldBeGreaterThanOrEqualTo(
                    rig.GoneAt[earlier.Desired.Uuid] + (delays * earlier.Delay), $"{earlier.Desired.Name} before {later.Desired.Name}");
            }
        }
    }

    private static void Run(Func<HostRig, VirtualTime, Task> scenario) => VirtualLoop.Run(
        async time =>
        {
            await using var rig = new HostRig(time);
            await scenario(rig, time);
        },
        TimeSpan.FromHours(3));

    private sealed record Guest(int Order, int Delay, int Grace, bool Waits, string? Behavior);

    private sealed record History(int Budget, Guest[] Guests);

    private static Arbitrary<History> Histories { get; } = (
        from budget in Gen.Choose(60, 400)
        from count in Gen.Choose(1, 12)
        from guests in (
            from order in Gen.Choose(-3, 3)
            from delay in Gen.Choose(0, 5)
            from grace in Gen.Choose(1, 120)
            from waits in Gen.Elements(true, false, false)
            from behavior in Gen.Elements(null, "sim.shutdownDelay=1s", Stubborn, "sim.crashAfter=5s")
            select new Guest(order, delay, grace, waits, behavior)).ArrayOf(count)
        select new History(budget, guests)).ToArbitrary();
}
