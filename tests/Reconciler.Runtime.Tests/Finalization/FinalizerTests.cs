using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Finalization;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Finalization;

public sealed class FinalizerTests
{
    private readonly InMemoryCluster _cluster = new(new VirtualTime());

    private IKubernetesClient Client => _cluster.Client;

    [Fact]
    public async Task Adding_twice_writes_once()
    {
        var widget = await CreateAsync();
        var added = await Client.AddAsync(widget, "ours", default);
        await Client.AddAsync(added!, "ours", default);
        _cluster.Find<Widget>("a")!.Metadata.Finalizers.ShouldBe(["ours"]);
        _cluster.Calls.Count(c => c.StartsWith("patch")).ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_27_Adding_on_a_stale_view_keeps_what_others_added()
    {
        var stale = await CreateAsync();
        _cluster.Edit<Widget>("a", json => json["metadata"]!["finalizers"] = new JsonArray("theirs"));
        var added = await Client.AddAsync(stale, "ours", default);
        added!.Metadata.Finalizers.ShouldBe(["theirs", "ours"]);
    }

    [Fact]
    public async Task Semantics_27_Removing_on_a_stale_view_removes_only_ours()
    {
        await CreateAsync();
        _cluster.Edit<Widget>("a", json => json["metadata"]!["finalizers"] = new JsonArray("theirs", "ours", "more"));
        var stale = _cluster.Find<Widget>("a")!;
        _cluster.Edit<Widget>("a", json => json["metadata"]!["finalizers"] = new JsonArray("ours", "more"));
        var removed = await Client.RemoveAsync(stale, "ours", default);
        removed!.Metadata.Finalizers.ShouldBe(["more"]);
    }

    [Fact]
    public void Semantics_27_Two_controllers_that_race_both_get_what_they_want() => VirtualLoop.Run(async time =>
    {
        // The barrier makes all of them decide on the same view, so every first patch but one must fail its test.
        var arrived = 0;
        var barrier = new TaskCompletionSource();
        _cluster.Before = async (call, _) =>
        {
            if (call.StartsWith("patch") && ++arrived <= 4)
            {
                if (arrived == 4)
                {
                    barrier.SetResult();
                }

                await barrier.Task;
            }
        };
        var widget = await CreateAsync();
        await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(f => Client.AddAsync(widget, f, default)));
        _cluster.Find<Widget>("a")!.Metadata.Finalizers!.Order().ShouldBe(["a", "b", "c", "d"]);

        arrived = 0;
        barrier = new TaskCompletionSource();
        var full = _cluster.Find<Widget>("a")!;
        await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(f => Client.RemoveAsync(full, f, default)));
        _cluster.Find<Widget>("a")!.Metadata.Finalizers.ShouldBeEmpty();
    });

    [Fact]
    public async Task Semantics_27_An_object_that_is_being_deleted_gets_no_new_finalizer()
    {
        await CreateAsync();
        _cluster.Edit<Widget>("a", json => json["metadata"]!["finalizers"] = new JsonArray("theirs"));
        await Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        (await Client.AddAsync(_cluster.Find<Widget>("a")!, "ours", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_27_A_successor_under_the_same_name_is_not_touched()
    {
        var first = await CreateAsync();
        await Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        await CreateAsync();
        _cluster.Edit<Widget>("a", json => json["metadata"]!["finalizers"] = new JsonArray("ours"));
        var stale = first with { Metadata = first.Metadata with { Finalizers = ["ours"] } };
        (await Client.RemoveAsync(stale, "ours", default)).ShouldBeNull();
        _cluster.Find<Widget>("a")!.Metadata.Finalizers.ShouldBe(["ours"]);
    }

    [Fact]
    public async Task Removing_from_an_object_that_is_gone_is_done()
    {
        var widget = await CreateAsync();
        await Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        (await Client.RemoveAsync(widget with { Metadata = widget.Metadata with { Finalizers = ["ours"] } }, "ours", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_27_The_controller_never_sees_an_object_without_the_finalizer_and_the_object_goes_only_after_cleanup()
    {
        var inner = new Recorder();
        var controller = new FinalizingController<Widget>(Client, "ours", inner, inner);
        var key = new ObjectKey("ns", "a");
        var widget = await CreateAsync();

        await controller.ReconcileAsync(key, widget, default);
        await Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        inner.Result = ReconciliationResult<Widget>.Requeue(TimeSpan.FromSeconds(1));
        await controller.ReconcileAsync(key, _cluster.Find<Widget>("a"), default);
        _cluster.Find<Widget>("a").ShouldNotBeNull();

        inner.Result = ReconciliationResult<Widget>.Success();
        await controller.ReconcileAsync(key, _cluster.Find<Widget>("a"), default);
        _cluster.Find<Widget>("a").ShouldBeNull();
        inner.Calls.ShouldBe(["reconcile ours", "finalize", "finalize"]);
    }

    private Task<Widget> CreateAsync() => Client.CreateAsync(Widget.Named("a"), default);

    private sealed class Recorder : IEntityController<Widget>, IEntityFinalizer<Widget>
    {
        public List<string> Calls { get; } = [];

        public ReconciliationResult<Widget> Result { get; set; } = ReconciliationResult<Widget>.Success();

        public Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken)
        {
            Calls.Add($"reconcile {string.Join(',', entity?.Metadata.Finalizers ?? [])}");
            return Task.FromResult(Result);
        }

        public Task<ReconciliationResult<Widget>> FinalizeAsync(ObjectKey key, Widget entity, CancellationToken cancellationToken)
        {
            Calls.Add("finalize");
            return Task.FromResult(Result);
        }
    }
}
