using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Controllers;

/// <summary>A controller on stores that a reflector fills from an in-memory cluster.</summary>
public sealed class ControllerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void An_applied_object_is_reconciled_and_so_is_its_disappearance() => Run(async world =>
    {
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.SettleAsync();
        await world.Cluster.Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        await world.SettleAsync();
        world.Seen.ShouldBe(["ns/a small", "ns/a gone"]);
    });

    [Fact]
    public void Semantics_13_A_reconcile_sees_the_newest_state_however_often_it_changed() => Run(
        async world =>
        {
            world.Behaviour = async (_, _, token) =>
            {
                await Task.Delay(5 * Second, world.Time, token);
                return ReconciliationResult<Widget>.Success();
            };
            await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
            await world.SettleAsync();
            foreach (var size in new[] { "medium", "large", "huge" })
            {
                world.Cluster.Edit<Widget>("a", json => json["spec"]!["size"] = size);
            }

            await Task.Delay(30 * Second, world.Time);
            world.Seen.ShouldBe(["ns/a small", "ns/a huge"]);
        });

    [Fact]
    public void Semantics_13_An_object_made_anew_under_its_old_name_is_seen_as_the_new_one() => Run(async world =>
    {
        var uids = new List<string?>();
        world.Behaviour = async (_, widget, token) =>
        {
            uids.Add(widget?.Metadata.Uid);
            await Task.Delay(5 * Second, world.Time, token);
            return ReconciliationResult<Widget>.Success();
        };
        var first = await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.SettleAsync();

        // Both while the first is worked on: the deletion is not mistaken for one of the successor.
        await world.Cluster.Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        var second = await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(30 * Second, world.Time);
        uids.ShouldBe([first.Metadata.Uid, second.Metadata.Uid]);
    });

    [Fact]
    public void Semantics_14_Different_keys_run_side_by_side_and_one_key_never_does() => Run(
        async world =>
        {
            var running = new Dictionary<ObjectKey, int>();
            var most = 0;
            world.Behaviour = async (key, _, token) =>
            {
                running[key] = running.GetValueOrDefault(key) + 1;
                running[key].ShouldBe(1);
                most = Math.Max(most, running.Values.Sum());
                await Task.Delay(Second, world.Time, token);
                running[key]--;
                return ReconciliationResult<Widget>.Success();
            };
            foreach (var name in new[] { "a", "b", "c", "d" })
            {
                await world.Cluster.Client.CreateAsync(Widget.Named(name), default);
                await world.SettleAsync();
                world.Cluster.Edit<Widget>(name, json => json["spec"]!["size"] = "large");
            }

            await Task.Delay(10 * Second, world.Time);

            // The fourth waits for a worker, and by then both of its changes are one.
            world.Seen.Count(s => !s.StartsWith("ns/d")).ShouldBe(6);
            world.Seen.Count(s => s.StartsWith("ns/d")).ShouldBe(1);
            most.ShouldBe(3);
        },
        options => options with { Workers = 3 });

    [Fact]
    public void Semantics_17_18_A_failing_key_is_retried_for_ever_with_growing_pauses() => Run(async world =>
    {
        var times = new List<TimeSpan>();
        world.Behaviour = (_, _, _) =>
        {
            times.Add(world.Time.Elapsed);
            throw new InvalidOperationException("no luck");
        };
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(TimeSpan.FromHours(2), world.Time);

        times.Count.ShouldBeGreaterThan(30);
        (times[^1] - times[^2]).ShouldBeInRange(TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(301));
        world.Log.At(LogLevel.Error).Count.ShouldBe(times.Count);
    });

    [Fact]
    public void Semantics_18_A_failure_backs_off_and_success_forgets_it() => Run(async world =>
    {
        var results = new Queue<ReconciliationResult<Widget>>(
            [ReconciliationResult<Widget>.Failure("not yet"), ReconciliationResult<Widget>.Failure("not yet"), ReconciliationResult<Widget>.Success()]);
        world.Behaviour = (_, _, _) => Task.FromResult(results.Dequeue());
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(Second, world.Time);
        world.Seen.Count.ShouldBe(3);
        world.Controller.Queue.Failures(new("ns", "a")).ShouldBe(0);
        world.Log.At(LogLevel.Warning).Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_17_A_terminal_failure_rests_until_the_object_changes() => Run(async world =>
    {
        world.Behaviour = (_, _, _) => Task.FromResult(ReconciliationResult<Widget>.Terminal("never"));
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(TimeSpan.FromMinutes(5), world.Time);
        world.Seen.Count.ShouldBe(1);
        world.Cluster.Edit<Widget>("a", json => json["spec"]!["size"] = "large");
        await world.SettleAsync();
        world.Seen.Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_15_A_requeue_comes_back_when_it_said_also_after_its_own_status_write() => Run(async world =>
    {
        var times = new List<TimeSpan>();
        world.Behaviour = async (_, entity, token) =>
        {
            times.Add(world.Time.Elapsed);
            await world.Cluster.Client.ApplyStatusAsync(entity! with { Status = new() { Ready = times.Count } }, new ApplyOptions("test"), token);
            return ReconciliationResult<Widget>.Requeue(10 * Second);
        };
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(35 * Second, world.Time);
        times.Select(t => Math.Round((t - times[0]).TotalSeconds, 2)).ShouldBe([0, 10, 20, 30]);
    });

    [Fact]
    public void Semantics_19_No_worker_starts_before_all_stores_are_filled() => Run(
        async world =>
        {
            await Task.Delay(30 * Second, world.Time);
            world.Seen.ShouldBeEmpty();
            await Task.Delay(40 * Second, world.Time);
            world.Seen.ShouldBe(["ns/early small"]);
        },
        prepare: cluster =>
        {
            cluster.Client.CreateAsync(Widget.Named("early"), default).GetAwaiter().GetResult();
            cluster.Before = async (call, token) =>
            {
                if (call == "list gadgets")
                {
                    await Task.Delay(40 * Second, cluster.Time, token);
                }
            };
        });

    [Fact]
    public void Semantics_19_What_changes_during_the_flood_of_the_first_list_goes_before_the_rest_of_it() => Run(
        async world =>
        {
            world.Behaviour = async (_, _, token) =>
            {
                await Task.Delay(Second, world.Time, token);
                return ReconciliationResult<Widget>.Success();
            };
            while (world.Seen.Count == 0)
            {
                await Task.Delay(Second / 10, world.Time);
            }

            var last = $"w{Enumerable.Range(0, 8).Last(n => world.Seen[0] != $"ns/w{n} small")}";
            world.Cluster.Edit<Widget>(last, json => json["spec"]!["size"] = "news");
            await Task.Delay(30 * Second, world.Time);
            world.Seen[1].ShouldBe($"ns/{last} news");
            world.Seen.Select(seen => seen.Split(' ')[0]).ShouldBe(Enumerable.Range(0, 8).Select(n => $"ns/w{n}"), ignoreOrder: true);
        },
        prepare: cluster =>
        {
            foreach (var n in Enumerable.Range(0, 8))
            {
                cluster.Client.CreateAsync(Widget.Named($"w{n}"), default).GetAwaiter().GetResult();
            }

            // So that nothing runs before the scenario has said how.
            cluster.Before = (call, token) => call.StartsWith("list") ? Task.Delay(Second, cluster.Time, token) : Task.CompletedTask;
        });

    [Fact]
    public void Semantics_20_An_exception_ends_a_reconcile_and_nothing_else_and_is_logged_with_the_reconciles_id() => Run(async world =>
    {
        world.Behaviour = (key, _, _) => key.Name == "bad" ? throw new InvalidOperationException("a bug") : Task.FromResult(ReconciliationResult<Widget>.Success());
        await world.Cluster.Client.CreateAsync(Widget.Named("bad"), default);
        await world.SettleAsync();
        await world.Cluster.Client.CreateAsync(Widget.Named("good"), default);
        await Task.Delay(Second, world.Time);
        world.Seen.ShouldContain("ns/good small");
        var lines = world.Log.At(LogLevel.Error);
        lines.Count.ShouldBeGreaterThan(3);
        lines.ShouldAllBe(line => line.StartsWith("test: ns/bad threw (") && line.EndsWith("), trying again"));
        lines.ShouldBeUnique();
    });

    [Fact]
    public void Semantics_20_A_reconcile_that_takes_too_long_is_cancelled_and_tried_again() => Run(
        async world =>
        {
            world.Behaviour = async (_, _, token) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, world.Time, token);
                return ReconciliationResult<Widget>.Success();
            };
            await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
            await Task.Delay(25 * Second, world.Time);
            world.Seen.Count.ShouldBe(3);
            world.Log.At(LogLevel.Warning).ShouldAllBe(line => line.Contains("not done within 10 s"));
        },
        options => options with { ReconcileTimeout = 10 * Second });

    [Fact]
    public void Semantics_20_38_A_reconcile_that_ignores_its_cancellation_shows_in_healthz() => Run(
        async world =>
        {
            var stuck = new TaskCompletionSource<ReconciliationResult<Widget>>();
            world.Behaviour = (_, _, _) => stuck.Task;
            await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
            await Task.Delay(60 * Second, world.Time);
            world.Services.Health.Unhealthy().ShouldBeEmpty();
            await Task.Delay(60 * Second, world.Time);
            world.Services.Health.Unhealthy().ShouldHaveSingleItem().Name.ShouldBe("controller test, worker 1");
            stuck.SetResult(ReconciliationResult<Widget>.Success());
            await world.SettleAsync();
            world.Services.Health.Unhealthy().ShouldBeEmpty();
        },
        options => options with { ReconcileTimeout = 10 * Second });

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "the object has been modified", false)]
    [InlineData(HttpStatusCode.UnprocessableEntity, "the server rejected our request due to an error in our request", false)]
    [InlineData(HttpStatusCode.UnprocessableEntity, "spec.size: Invalid value: \"huge\"", true)]
    public void Semantics_26_A_conflict_is_no_warning_nor_is_a_patch_that_comes_too_late(HttpStatusCode code, string message, bool warned) => Run(async world =>
    {
        var first = true;
        world.Behaviour = (_, _, _) =>
        {
            if (first)
            {
                first = false;
                throw new KubernetesApiException(message, code);
            }

            return Task.FromResult(ReconciliationResult<Widget>.Success());
        };
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(Second, world.Time);
        world.Seen.Count.ShouldBe(2);
        world.Log.At(LogLevel.Warning).Concat(world.Log.At(LogLevel.Error)).Any().ShouldBe(warned);
    });

    [Fact]
    public void Semantics_11_Resync_looks_at_everything_again_without_a_list() => Run(
        async world =>
        {
            await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
            await Task.Delay(TimeSpan.FromMinutes(65), world.Time);
            world.Seen.Count.ShouldBeInRange(6, 8);
            world.Cluster.Calls.Count(c => c == "list widgets").ShouldBe(1);
        },
        options => options with { Resync = TimeSpan.FromMinutes(10) });

    [Fact]
    public void Semantics_11_Resync_is_spread_and_goes_behind_the_news() => Run(
        async world =>
        {
            // One worker, held at the moment of each resync: what changes then is seen first all the same.
            foreach (var n in Enumerable.Range(0, 5))
            {
                await world.Cluster.Client.CreateAsync(Widget.Named($"w{n}"), default);
            }

            await world.SettleAsync();
            var times = new List<TimeSpan>();
            world.Behaviour = async (_, _, token) =>
            {
                times.Add(world.Time.Elapsed);
                await Task.Delay(Second, world.Time, token);
                return ReconciliationResult<Widget>.Success();
            };
            world.Seen.Clear();
            while (times.Count == 0)
            {
                await Task.Delay(0.1 * Second, world.Time);
            }

            world.Cluster.Edit<Widget>(world.Seen[0] == "ns/w4 small" ? "w0" : "w4", json => json["spec"]!["size"] = "news");
            await Task.Delay(10 * Second, world.Time);
            world.Seen[1].ShouldEndWith("news");
            world.Seen.Count.ShouldBe(5);

            await Task.Delay(TimeSpan.FromHours(10), world.Time);
            var periods = times.Chunk(5).Select(t => t[0]).Zip(times.Chunk(5).Skip(1).Select(t => t[0]), (a, b) => (b - a).TotalMinutes).ToList();
            periods.ShouldAllBe(p => p > 8.9 && p < 11.1);
            periods.Select(p => Math.Round(p, 1)).Distinct().Count().ShouldBeGreaterThan(5);
        },
        options => options with { Resync = TimeSpan.FromMinutes(10) });

    [Fact]
    public void An_idle_controller_calls_nobody() => Run(
        async world =>
        {
            await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
            await world.SettleAsync();
            var calls = world.Cluster.Calls.Count;
            await Task.Delay(TimeSpan.FromMinutes(30), world.Time);
            world.Cluster.Calls.Skip(calls).ShouldAllBe(c => c.StartsWith("watch"));
        },
        options => options with { Resync = TimeSpan.FromMinutes(10) });

    [Fact]
    public void Semantics_26_A_conflict_makes_the_controller_look_at_the_newest_state_and_decide_again() => Run(async world =>
    {
        var seen = new List<int?>();
        world.Behaviour = (_, widget, _) =>
        {
            seen.Add(widget!.Status?.Ready);
            if (widget.Status is not null)
            {
                return Task.FromResult(ReconciliationResult<Widget>.Success());
            }

            // Another was faster. A status calls for no reconcile: that there is a second one is for the conflict alone.
            world.Cluster.Edit<Widget>("a", json => json["status"] = new System.Text.Json.Nodes.JsonObject { ["ready"] = 7 });
            throw new KubernetesApiException("the object has been modified", HttpStatusCode.Conflict, new KubernetesStatus { Code = 409, Reason = "Conflict" });
        };
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await Task.Delay(Second, world.Time);
        seen.ShouldBe([null, 7]);
        world.Log.At(LogLevel.Error).ShouldBeEmpty();
    });

    [Fact]
    public void Semantics_25_A_status_that_changes_calls_for_nothing() => Run(async world =>
    {
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.SettleAsync();
        world.Cluster.Edit<Widget>("a", json => json["status"] = new System.Text.Json.Nodes.JsonObject { ["ready"] = 1 });
        await world.SettleAsync();
        world.Seen.Count.ShouldBe(1);
    });

    [Fact]
    public void A_secondary_object_calls_for_both_its_old_and_its_new_owner() => Run(async world =>
    {
        await world.Cluster.Client.CreateAsync(Gadget.Named("g", "a"), default);
        await world.SettleAsync();
        world.Cluster.Edit<Gadget>("g", json => json["spec"]!["widget"] = "b");
        await world.SettleAsync();
        world.Seen.ShouldBe(["ns/a gone", "ns/a gone", "ns/b gone"], ignoreOrder: true);
    });

    [Fact]
    public void Keys_from_outside_are_reconciled_and_a_source_that_fails_is_opened_again() => Run(async world =>
    {
        await world.Signals.Writer.WriteAsync(new ObjectKey("ns", "x"));
        await world.SettleAsync();
        world.Signals.Writer.Complete(new IOException("the host is away"));
        world.Signals = Channel.CreateUnbounded<ObjectKey>();
        await world.Signals.Writer.WriteAsync(new ObjectKey("ns", "y"));
        await Task.Delay(5 * Second, world.Time);
        world.Seen.ShouldBe(["ns/x gone", "ns/y gone"]);
        world.Log.At(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("a source of keys failed");
    });

    [Fact]
    public void Semantics_12_An_unreadable_object_is_left_alone_and_not_taken_for_gone() => Run(async world =>
    {
        world.Widgets.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Apply, new UndecodableObject("ns", "odd", "spec: no")));
        await world.Signals.Writer.WriteAsync(new ObjectKey("ns", "odd"));
        await world.SettleAsync();
        world.Seen.ShouldBeEmpty();
        world.Widgets.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Apply, Widget.Named("odd")));
        await world.SettleAsync();
        world.Seen.ShouldBe(["ns/odd small"]);
    });

    [Fact]
    public void Semantics_37_39_On_stop_what_is_in_progress_ends_and_nothing_new_begins() => Run(async world =>
    {
        var finished = false;
        world.Behaviour = async (_, _, _) =>
        {
            await Task.Delay(7 * Second, world.Time, CancellationToken.None);
            finished = true;
            return ReconciliationResult<Widget>.Success();
        };
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.Cluster.Client.CreateAsync(Widget.Named("b"), default);
        await world.SettleAsync();
        await world.StopAsync();
        finished.ShouldBeTrue();
        world.Seen.Count.ShouldBe(1);
    });

    private static void Run(
        Func<World, Task> scenario, Func<ControllerOptions, ControllerOptions>? configure = null, Action<ClusterAtTime>? prepare = null) =>
        VirtualLoop.Run(async time =>
        {
            var options = new ControllerOptions { Name = "test", Resync = null };
            using var world = new World(time, configure?.Invoke(options) ?? options);
            prepare?.Invoke(new ClusterAtTime(world.Cluster, time));
            world.Start();
            if (prepare is null)
            {
                await world.SettleAsync();
            }

            await scenario(world);
            await world.StopAsync();
        });

    private sealed record ClusterAtTime(InMemoryCluster Cluster, VirtualTime Time)
    {
        public IKubernetesClient Client => Cluster.Client;

        public Func<string, CancellationToken, Task> Before
        {
            set => Cluster.Before = value;
        }
    }

    private sealed class World : IEntityController<Widget>, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Reflector<Widget> _widgetReflector;
        private readonly Reflector<Gadget> _gadgetReflector;
        private Task _running = Task.CompletedTask;

        public World(VirtualTime time, ControllerOptions options)
        {
            Time = time;
            Cluster = new InMemoryCluster(time);
            Services = TestServices.Create(time, Log);
            var gadgets = new Store<Gadget>();
            _widgetReflector = new Reflector<Widget>(Cluster.Client, Widgets, new ReflectorOptions(), Services);
            _gadgetReflector = new Reflector<Gadget>(Cluster.Client, gadgets, new ReflectorOptions(), Services);
            Controller = new Controller<Widget>(this, Widgets, options, Services);
            Controller.Watches(gadgets, g => [new ObjectKey(g.Metadata.Namespace, g.Spec!.Widget!)]);
            Controller.WatchesKeys(token => Signals.Reader.ReadAllAsync(token));
        }

        public VirtualTime Time { get; }

        public InMemoryCluster Cluster { get; }

        public RuntimeServices Services { get; }

        public TestServices.Log Log { get; } = new();

        public Store<Widget> Widgets { get; } = new();

        public Controller<Widget> Controller { get; }

        public Channel<ObjectKey> Signals { get; set; } = Channel.CreateUnbounded<ObjectKey>();

        public List<string> Seen { get; } = [];

        public Func<ObjectKey, Widget?, CancellationToken, Task<ReconciliationResult<Widget>>> Behaviour { get; set; } =
            (_, _, _) => Task.FromResult(ReconciliationResult<Widget>.Success());

        public void Start() => _running = Task.WhenAll(
            _widgetReflector.RunAsync(_stop.Token), _gadgetReflector.RunAsync(_stop.Token), Controller.RunAsync(_stop.Token));

        public Task SettleAsync() => Task.Delay(TimeSpan.FromMilliseconds(1), Time);

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        public void Dispose()
        {
            Controller.Dispose();
            _stop.Dispose();
        }

        public Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken)
        {
            Seen.Add($"{key} {entity?.Spec?.Size ?? "gone"}");
            return Behaviour(key, entity, cancellationToken);
        }
    }
}
