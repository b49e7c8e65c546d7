using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Finalization;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Status;
using Reconciler.Runtime.Tests.Fakes;
using Widget = Reconciler.Testing.Contract.Widget;
using WidgetSpec = Reconciler.Testing.Contract.WidgetSpec;
using WidgetStatus = Reconciler.Testing.Contract.WidgetStatus;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>What in-memory doubles can't vouch for: a real API server's versions, patches, merges and validation.</summary>
[Trait("Category", "Lab")]
[Collection(nameof(OneRealServer))]
public sealed class RealServerTests(RealServer server) : IAsyncLifetime
{
    private readonly TestServices.Log _log = new();
    private RuntimeServices _services = null!;
    private string _namespace = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IKubernetesClient Client => server.Client;

    public async ValueTask InitializeAsync()
    {
        _services = TestServices.Create(TimeProvider.System, _log) with { Random = Random.Shared };
        _namespace = await server.Lab.CreateNamespaceAsync(Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _services.Metrics.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Semantics_02_07_A_reflector_survives_a_restart_of_the_server()
    {
        await using var view = await ViewAsync();
        await CreateAsync("before");
        await view.UntilAsync(c => c is { Type: StoreChangeType.Added, Key.Name: "before" });

        await server.Lab.StopAsync(Cancel);
        await server.Lab.StartAsync(Cancel);
        await CreateAsync("after");
        await view.UntilAsync(c => c is { Type: StoreChangeType.Added, Key.Name: "after" });
        view.Store.Get(new(_namespace, "before")).ShouldNotBeNull();
        view.Seen.ShouldNotContain(c => c.Type == StoreChangeType.Deleted);
    }

    [Fact]
    public async Task Semantics_04_What_happened_while_the_reflector_was_cut_off_is_made_up_for_by_the_watch()
    {
        await using var view = await ViewAsync();
        await CreateAsync("goes");
        await view.UntilAsync(c => c.Key.Name == "goes");
        view.Gate.Close();
        await Client.DeleteAsync<Widget>("goes", _namespace, new DeleteOptions(), Cancel);
        view.Gate.Open();
        await view.UntilAsync(c => c is { Type: StoreChangeType.Deleted, Key.Name: "goes" });
        _log.Lines.ShouldNotContain(l => l.Contains("too old"));
    }

    [Fact]
    public async Task Semantics_02_03_What_was_deleted_while_the_version_expired_is_found_out_by_a_relist()
    {
        await using var view = await ViewAsync();
        await CreateAsync("goes");
        await CreateAsync("stays");
        await view.UntilAsync(c => c.Key.Name == "stays");
        view.Gate.Close();
        await Client.DeleteAsync<Widget>("goes", _namespace, new DeleteOptions(), Cancel);
        await CreateAsync("comes");

        // A restarted server knows no history before its start: 410, as after etcd's compaction.
        await server.Lab.StopAsync(Cancel);
        await server.Lab.StartAsync(Cancel);
        await CreateAsync("later");
        view.Gate.Open();

        await view.UntilAsync(c => c is { Type: StoreChangeType.Deleted, Key.Name: "goes" });
        await view.UntilAsync(c => c is { Type: StoreChangeType.Added, Key.Name: "later" });
        view.Store.Snapshot.Objects.Keys.Select(k => k.Name).Order().ShouldBe(["comes", "later", "stays"]);
        _log.At(LogLevel.Warning).ShouldContain(l => l.Contains("too old resource version"));
    }

    [Fact]
    public async Task Semantics_01_A_list_of_several_pages_is_complete()
    {
        foreach (var n in Enumerable.Range(0, 7))
        {
            await CreateAsync($"w{n}");
        }

        await using var view = await ViewAsync(pageSize: 2);
        view.Store.Snapshot.Objects.Count.ShouldBe(7);
    }

    [Fact]
    public async Task Semantics_10_A_server_that_does_not_stream_lists_says_so_and_is_listed()
    {
        await CreateAsync("a");
        var stream = new WatchOptions { Namespace = _namespace, SendInitialEvents = true, Timeout = TimeSpan.FromSeconds(20) };
        await using (var frames = Client.WatchAsync<Widget>(stream, Cancel).GetAsyncEnumerator(Cancel))
        {
            (await Should.ThrowAsync<KubernetesApiException>(() => frames.MoveNextAsync().AsTask())).IsInvalid.ShouldBeTrue();
        }

        await using var view = await ViewAsync();
        view.Store.Get(new(_namespace, "a")).ShouldNotBeNull();
        _log.At(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_27_Finalizers_that_race_do_not_lose_one_another()
    {
        var widget = await CreateAsync("a");
        var names = Enumerable.Range(0, 4).Select(n => $"test.reconciler.dev/f{n}").ToList();
        await Task.WhenAll(names.Select(n => Client.AddAsync(widget, n, Cancel)));
        var full = (await Client.GetAsync<Widget>("a", _namespace, Cancel))!;
        full.Metadata.Finalizers!.Order().ShouldBe(names);

        await Client.DeleteAsync<Widget>("a", _namespace, new DeleteOptions(), Cancel);
        await Task.WhenAll(names.Select(n => Client.RemoveAsync(full, n, Cancel)));
        (await Client.GetAsync<Widget>("a", _namespace, Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_22_54_Two_managers_own_their_own_conditions()
    {
        var widget = await CreateAsync("a");
        var ours = new StatusWriter(Client, "ours", _services);
        var theirs = new StatusWriter(Client, "theirs", _services);
        await ours.ApplyAsync(widget, Status(phase: "Running", "Ready", "True"), Cancel);
        await theirs.ApplyAsync(widget, Status(phase: null, "Accepted", "True"), Cancel);
        await ours.ApplyAsync(widget, Status(phase: null, "Ready", "False"), Cancel);

        var now = (await Client.GetAsync<Widget>("a", _namespace, Cancel))!;
        now.Status!.Conditions!.Select(c => $"{c.Type}={c.Status}").Order().ShouldBe(["Accepted=True", "Ready=False"]);
        now.Status.Phase.ShouldBeNull();

        var same = await ours.ApplyAsync(now, Status(phase: null, "Ready", "False"), Cancel);
        same.ShouldBeSameAs(now);
    }

    [Fact]
    public async Task Semantics_31_32_The_server_accepts_events_and_their_series()
    {
        var widget = await CreateAsync("a");
        var publisher = new EventPublisher(Client, "reconciler.dev/test", "node1", _services);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            publisher.Publish(widget, EventType.Warning, "KernelNotFound", "Create", "no such kernel");
        }

        await publisher.FlushAsync(Cancel);
        _log.At(LogLevel.Warning).ShouldBeEmpty();
        var written = (await Client.ListAsync<Event>(new ListOptions { Namespace = _namespace }, Cancel)).Items.ShouldHaveSingleItem();
        written.Series!.Count.ShouldBe(3);
        written.Regarding!.Uid.ShouldBe(widget.Metadata.Uid);
        (await server.Lab.Kubectl.RunAsync(Cancel, "describe", "widget", "a", "-n", _namespace)).ShouldContain("KernelNotFound");
    }

    [Fact]
    public async Task Semantics_33_36_A_released_lease_passes_to_the_next()
    {
        LeaderElector Candidate(string name) => new(
            Client, new LeaderElectionOptions { Namespace = _namespace, Name = "leader", Identity = name, RetryPeriod = TimeSpan.FromMilliseconds(200) }, _services);
        var (a, b) = (Candidate("a"), Candidate("b"));
        await a.AcquireAsync(Cancel);
        var waiting = b.AcquireAsync(Cancel);
        using var stop = new CancellationTokenSource();
        var holding = a.HoldAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
        (a.IsLeader, b.IsLeader).ShouldBe((true, false));

        await stop.CancelAsync();
        (await holding).ShouldBeFalse();
        await a.ReleaseAsync(Cancel);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5), Cancel);
        var lease = (await Client.GetAsync<Lease>("leader", _namespace, Cancel))!.Spec!;
        (lease.HolderIdentity, lease.LeaseTransitions).ShouldBe(("b", 1));
    }

    private Task<Widget> CreateAsync(string name) => Client.CreateAsync(
        new Widget { Metadata = new() { Namespace = _namespace, Name = name }, Spec = new WidgetSpec { Size = "1Gi" } }, Cancel);

    private Widget Status(string? phase, string condition, string status) => new()
    {
        Metadata = new() { Namespace = _namespace, Name = "a" },
        Status = new WidgetStatus
        {
            Phase = phase,
            Conditions = [new Condition { Type = condition, Status = status, Reason = "Test", LastTransitionTime = DateTimeOffset.UnixEpoch }],
        },
    };

    private async Task<View> ViewAsync(int pageSize = 500)
    {
        var view = new View(new Gate(Client), _namespace, pageSize, _services);
        await view.Store.Synced.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        return view;
    }

    /// <summary>A running reflector and what its store has told.</summary>
    private sealed class View : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<StoreChange<Widget>> _seen = [];
        private readonly Task _running;
        private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public View(Gate gate, string @namespace, int pageSize, RuntimeServices services)
        {
            Gate = gate;
            Store.Subscribe(change =>
            {
                lock (_seen)
                {
                    _seen.Add(change);
                    _more.TrySetResult();
                    _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            });
            var reflector = new Reflector<Widget>(gate, Store, new ReflectorOptions { Namespace = @namespace, PageSize = pageSize }, services);
            _running = reflector.RunAsync(_stop.Token);
        }

        public Gate Gate { get; }

        public Store<Widget> Store { get; } = new();

        public IReadOnlyList<StoreChange<Widget>> Seen
        {
            get
            {
                lock (_seen)
                {
                    return [.. _seen];
                }
            }
        }

        public async Task UntilAsync(Func<StoreChange<Widget>, bool> condition)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (true)
            {
                Task more;
                lock (_seen)
                {
                    if (_seen.Any(condition))
                    {
                        return;
                    }

                    more = _more.Task;
                }

                await more.WaitAsync(patience.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
            Gate.Dispose();
        }
    }
}
