using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Testing.Contract;

namespace Reconciler.Embedded.Tests;

/// <summary>What the store does beyond the contract: history, clocks, kinds without a schema.</summary>
public sealed class EmbeddedStoreTests : IDisposable
{
    private readonly EmbeddedStore _store = EmbeddedStore.InMemory(Widgets.Options with { HistoryLength = 10 });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_watch_from_a_forgotten_version_ends_with_410()
    {
        var list = await _store.ListAsync<Widget>(new ListOptions(), Cancel);
        for (var i = 0; i < 11; i++) await _store.CreateAsync(Widgets.New($"w{i}"), Cancel);

        var frames = new List<WatchEvent<Widget>>();
        await foreach (var frame in _store.WatchAsync<Widget>(new WatchOptions { ResourceVersion = list.ResourceVersion }, Cancel)) frames.Add(frame);

        var error = frames.ShouldHaveSingleItem();
        error.Type.ShouldBe(WatchEventType.Error);
        error.Status.ShouldNotBeNull().Code.ShouldBe(410);
        error.Status.Reason.ShouldBe("Expired");
    }

    [Fact]
    public async Task A_reader_that_falls_behind_gets_410_and_holds_up_nobody()
    {
        var list = await _store.ListAsync<Widget>(new ListOptions(), Cancel);
        await _store.CreateAsync(Widgets.New("first"), Cancel);
        await using var watch = _store.WatchAsync<Widget>(new WatchOptions { ResourceVersion = list.ResourceVersion }, Cancel).GetAsyncEnumerator(Cancel);
        (await watch.MoveNextAsync()).ShouldBeTrue();

        for (var i = 0; i < 30; i++) await _store.CreateAsync(Widgets.New($"w{i}"), Cancel);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Type.ShouldBe(WatchEventType.Error);
        (await watch.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_continue_token_of_a_forgotten_snapshot_is_gone()
    {
        for (var i = 0; i < 3; i++) await _store.CreateAsync(Widgets.New($"w{i}"), Cancel);
        var page = await _store.ListAsync<Widget>(new ListOptions { Limit = 1 }, Cancel);
        await _store.CreateAsync(Widgets.New("more"), Cancel);
        _store.Compact();

        (await Should.ThrowAsync<KubernetesApiException>(() => _store.ListAsync<Widget>(new ListOptions { Continue = page.Continue }, Cancel))).IsGone.ShouldBeTrue();
        (await Should.ThrowAsync<KubernetesApiException>(() => _store.ListAsync<Widget>(new ListOptions { Continue = "!" }, Cancel))).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_version_of_the_future_is_refused_as_too_large()
    {
        var refused = await Should.ThrowAsync<KubernetesApiException>(
            () => _store.ListAsync<Widget>(new ListOptions { ResourceVersion = "1000" }, Cancel));

        refused.IsTransient.ShouldBeTrue();
        refused.Status!.Details!.Causes!.ShouldContain(c => c.Reason == "ResourceVersionTooLarge");
    }

    [Fact]
    public async Task Initial_events_end_with_a_bookmark_that_says_so()
    {
        await _store.CreateAsync(Widgets.New("a"), Cancel);
        var frames = new List<WatchEvent<Widget>>();
        await foreach (var frame in _store.WatchAsync<Widget>(new WatchOptions { SendInitialEvents = true }, Cancel))
        {
            frames.Add(frame);
            if (frame.InitialEventsEnd) break;
        }

        frames.Select(f => f.Type).ShouldBe([WatchEventType.Added, WatchEventType.Bookmark]);
    }

    [Fact]
    public void A_quiet_watch_sends_bookmarks_and_ends_at_its_time() => VirtualLoop.Run(async time =>
    {
        using var store = EmbeddedStore.InMemory(Widgets.Options with { TimeProvider = time });
        var bookmarks = 0;
        await foreach (
            var frame in store.WatchAsync<Widget>(new WatchOptions { Timeout = TimeSpan.FromSeconds(290) }, CancellationToken.None))
        {
            frame.Type.ShouldBe(WatchEventType.Bookmark);
            bookmarks++;
        }

        bookmarks.ShouldBe(4);
        time.Elapsed.ShouldBe(TimeSpan.FromSeconds(290));
    });

    [Fact]
    public async Task Ending_the_watches_ends_them_and_lets_new_ones_begin()
    {
        var watch = _store.WatchAsync<Widget>(new WatchOptions(), Cancel).GetAsyncEnumerator(Cancel);
        var next = watch.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse();

        _store.EndWatches();

        (await next).ShouldBeFalse();
        await watch.DisposeAsync();
        await _store.CreateAsync(Widgets.New("a"), Cancel);
        await using var again = _store.WatchAsync<Widget>(new WatchOptions(), Cancel).GetAsyncEnumerator(Cancel);
        (await again.MoveNextAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_a_watch_throws_as_everywhere()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var watch = _store.WatchAsync<Widget>(new WatchOptions(), source.Token).GetAsyncEnumerator(source.Token);
        var next = watch.MoveNextAsync();
        await source.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Kinds_without_a_schema_are_taken_as_they_come_and_only_the_newest_are_kept()
    {
        using var store = EmbeddedStore.InMemory(Widgets.Options with { MaxTransientObjects = 3 });
        for (var i = 0; i < 5; i++)
            await store.CreateAsync(new Event { Metadata = new ObjectMeta { Name = $"e{i}", Namespace = "default" }, Reason = "Tested", Note = $"{i}" }, Cancel);

        (await store.ListAsync<Event>(new ListOptions(), Cancel)).Items.Select(e => e.Note).ShouldBe(["2", "3", "4"]);
    }

    [Fact]
    public async Task Writers_at_the_same_time_are_served_one_after_the_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < 25; i++)
                    await _store.ApplyAsync(Widgets.New("a") with { Spec = new WidgetSpec { Size = "1Gi", Notes = new Dictionary<string, string>(StringComparer.Ordinal) { [$"w{writer}"] = $"{i}" } } }, new ApplyOptions($"w{writer}"), Cancel);
            },
            Cancel)));

        var notes = (await _store.GetAsync<Widget>("a", "default", Cancel))!.Spec!.Notes!;
        notes.Count.ShouldBe(8);
        notes.Values.ShouldAllBe(v => v == "24");
    }
}
