namespace Reconciler.Xen.Store.Tests.Xenstored;

[Trait("Category", "Lab")]
public sealed class WatchTests(RealXenstored xenstored) : IClassFixture<RealXenstored>
{
    private readonly string _root = xenstored.Root();

    [Fact]
    public async Task A_watch_fires_at_once_and_then_for_every_kind_of_change_below_it()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var watch = await client.WatchAsync(_root);
        (await NextAsync(watch)).ShouldBe(_root);

        await client.WriteAsync($"{_root}/a/b", "x");
        (await NextAsync(watch)).ShouldBe($"{_root}/a/b");
        await client.MakeDirectoryAsync($"{_root}/c");
        (await NextAsync(watch)).ShouldBe($"{_root}/c");
        await client.SetPermissionsAsync($"{_root}/c", [new(0, XenstoreAccess.Read)]);
        (await NextAsync(watch)).ShouldBe($"{_root}/c");
        await client.RemoveAsync($"{_root}/a");
        (await NextAsync(watch)).ShouldBe($"{_root}/a");

        await client.WriteAsync($"{_root}-beside-it", "not watched");
        await client.WriteAsync(_root, "itself");
        (await NextAsync(watch)).ShouldBe(_root);
    }

    [Fact]
    public async Task The_removal_of_a_parent_is_seen_at_the_watched_path()
    {
        await using var client = await xenstored.ConnectAsync();
        await client.WriteAsync($"{_root}/a/b", "x");
        await using var watch = await client.WatchAsync($"{_root}/a/b");
        await NextAsync(watch);
        await client.RemoveAsync(_root);
        (await NextAsync(watch)).ShouldBe($"{_root}/a/b");
    }

    [Fact]
    public async Task A_transaction_fires_only_when_it_is_committed()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var watch = await client.WatchAsync(_root);
        await NextAsync(watch);
        await client.TransactAsync(async (store, cancellation) =>
        {
            await store.WriteAsync($"{_root}/a", "x", cancellation);
            watch.TryNext(out _).ShouldBeFalse();
        });
        (await NextAsync(watch)).ShouldBe($"{_root}/a");
    }

    [Fact]
    public async Task Domains_that_come_and_go_are_announced()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var introduced = await client.WatchAsync("@introduceDomain");
        await using var released = await client.WatchAsync("@releaseDomain");
        (await NextAsync(introduced)).ShouldBe("@introduceDomain");
        (await NextAsync(released)).ShouldBe("@releaseDomain");

        await RawClient.IntroduceAsync(xenstored.Process.SocketPath, 23);
        (await NextAsync(introduced)).ShouldBe("@introduceDomain");
        (await client.IsDomainIntroducedAsync(23)).ShouldBeTrue();

        await xenstored.Process.EndDomainAsync(23);
        (await NextAsync(released)).ShouldBe("@releaseDomain");
        (await client.IsDomainIntroducedAsync(23)).ShouldBeFalse();
    }

    [Fact]
    public async Task An_ended_watch_hears_nothing_while_another_on_the_same_path_does()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var staying = await client.WatchAsync(_root);
        var ending = await client.WatchAsync(_root);
        await NextAsync(staying);
        await NextAsync(ending);
        await ending.DisposeAsync();

        await client.WriteAsync(_root, "x");
        (await NextAsync(staying)).ShouldBe(_root);
        ending.TryNext(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_consumer_that_sleeps_through_thousands_of_changes_still_learns_of_each_path()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var watch = await client.WatchAsync(_root);
        await NextAsync(watch);
        var paths = Enumerable.Range(0, 200).Select(i => $"{_root}/{i}").ToList();
        for (var round = 0; round < 20; round++) await Task.WhenAll(paths.Select(path => client.WriteAsync(path, $"{round}").AsTask()));

        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Count < paths.Count) seen.Add(await NextAsync(watch)).ShouldBeTrue();
        seen.ShouldBe(paths, ignoreOrder: true);
    }

    private static async Task<string> NextAsync(XenstoreWatch watch)
    {
        var next = await watch.NextAsync(TestContext.Current.CancellationToken);
        next.Kind.ShouldBe(XenstoreEventKind.Changed);
        return next.Path;
    }
}
