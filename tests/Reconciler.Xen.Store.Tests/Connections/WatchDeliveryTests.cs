using Reconciler.Xen.Store.Protocol;
using Reconciler.Xen.Store.Tests.Transports;

namespace Reconciler.Xen.Store.Tests.Connections;

/// <summary>What becomes of watch events between the wire and a consumer that is slow, absent or gone.</summary>
public sealed class WatchDeliveryTests
{
    private static readonly XenstoreClientOptions Options = new() { ReconnectDelay = TimeSpan.FromMilliseconds(1), PendingPathsPerWatch = 10 };
    private readonly ScriptedXenstored _xenstored = new();

    [Fact]
    public async Task Events_for_one_path_are_merged_until_they_are_taken()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var (watch, token) = await WatchAsync(client, session, "/a");
        for (var i = 0; i < 1000; i++)
        {
            await session.FireAsync("/a/x", token);
            await session.FireAsync("/a/y", token);
        }

        await RoundTripAsync(client, session);
        Taken(watch).ShouldBe([Changed("/a/x"), Changed("/a/y")]);
        await session.FireAsync("/a/x", token);
        (await watch.NextAsync(TestContext.Current.CancellationToken)).ShouldBe(Changed("/a/x"));
    }

    [Fact]
    public async Task More_paths_than_are_kept_become_one_resync_and_later_events_are_single_again()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var (watch, token) = await WatchAsync(client, session, "/a");
        for (var i = 0; i < 5000; i++) await session.FireAsync($"/a/{i}", token);
        await RoundTripAsync(client, session);

        Taken(watch).ShouldBe([new XenstoreEvent(XenstoreEventKind.Resync, "/a")]);
        await session.FireAsync("/a/0", token);
        await RoundTripAsync(client, session);
        Taken(watch).ShouldBe([Changed("/a/0")]);
    }

    [Fact]
    public async Task Every_watch_gets_its_own_events_even_for_the_same_path()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var (first, firstToken) = await WatchAsync(client, session, "/a");
        var (second, secondToken) = await WatchAsync(client, session, "/a");
        firstToken.ShouldNotBe(secondToken);
        await session.FireAsync("/a/1", firstToken);
        await session.FireAsync("/a/2", secondToken);
        await session.FireAsync("/a/3", "no such token");
        await session.FireAsync("/a/3", "4711");
        await RoundTripAsync(client, session);

        Taken(first).ShouldBe([Changed("/a/1")]);
        Taken(second).ShouldBe([Changed("/a/2")]);
    }

    [Fact]
    public async Task An_event_ahead_of_the_confirmation_is_delivered()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var watching = client.WatchAsync("/a").AsTask();
        var request = await session.NextAsync();
        await session.FireAsync("/a", request.Strings[1]);
        await session.ReplyAsync(request, "OK\0");

        Taken(await watching).ShouldBe([Changed("/a")]);
    }

    [Fact]
    public async Task After_a_reconnect_every_watch_is_set_again_under_its_token_and_told_to_resync()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var (first, firstToken) = await WatchAsync(client, session, "/a");
        var (gone, goneToken) = await WatchAsync(client, session, "/gone");
        var (second, secondToken) = await WatchAsync(client, session, "@releaseDomain");
        await session.FireAsync("/a/1", firstToken);
        var ending = gone.DisposeAsync().AsTask();
        var unwatch = await session.NextAsync();
        unwatch.Strings.ShouldBe(["/gone", goneToken]);
        await session.ReplyAsync(unwatch, "OK\0");
        await ending;
        session.Cut();

        session = await _xenstored.AcceptAsync();
        var requests = new[] { await session.NextAsync(), await session.NextAsync() };
        requests.Select(request => string.Join(' ', request.Strings)).Order(StringComparer.Ordinal)
            .ShouldBe([$"/a {firstToken}", $"@releaseDomain {secondToken}"]);
        client.State.ShouldBe(XenstoreConnectionState.Disconnected);
        foreach (var request in requests) await session.ReplyAsync(request, "OK\0");
        await client.WaitUntilConnectedAsync(TestContext.Current.CancellationToken);

        Taken(first).ShouldBe([new XenstoreEvent(XenstoreEventKind.Resync, "/a")]);
        Taken(second).ShouldBe([new XenstoreEvent(XenstoreEventKind.Resync, "@releaseDomain")]);
    }

    [Fact]
    public async Task A_watch_that_is_refused_after_a_reconnect_fails_loudly()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var (watch, _) = await WatchAsync(client, session, "/a");
        session.Cut();
        session = await _xenstored.AcceptAsync();
        await session.FailAsync(await session.NextAsync(), "ENOSPC");

        var error = await Should.ThrowAsync<XenstoreException>(async () =>
        {
            await foreach (var _ in watch)
            {
            }
        });
        error.Error.ShouldBe(XenstoreError.ENOSPC);
    }

    [Fact]
    public async Task A_connection_lost_before_a_watch_is_confirmed_fails_that_watch_and_does_not_set_it_again()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var watching = client.WatchAsync("/a").AsTask();
        await session.NextAsync();
        session.Cut();
        (await Should.ThrowAsync<XenstoreException>(watching)).IsDisconnected.ShouldBeTrue();

        session = await _xenstored.AcceptAsync();
        await client.WaitUntilConnectedAsync(TestContext.Current.CancellationToken);
        await RoundTripAsync(client, session);
    }

    [Fact]
    public async Task Enumeration_ends_when_the_watch_is_disposed_of()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Options);
        await using var closing = client;
        var (watch, token) = await WatchAsync(client, session, "/a");
        var events = Task.Run(async () =>
        {
            var seen = new List<XenstoreEvent>();
            await foreach (var change in watch) seen.Add(change);
            return seen;
        });
        await session.FireAsync("/a/1", token);
        await RoundTripAsync(client, session);
        var ending = watch.DisposeAsync().AsTask();
        await session.ReplyAsync(await session.NextAsync(), "OK\0");
        await ending;

        (await events).ShouldBe([Changed("/a/1")]);
    }

    private static async Task<(XenstoreWatch Watch, string Token)> WatchAsync(
        XenstoreClient client, ScriptedXenstored.Session session, string path)
    {
        var watching = client.WatchAsync(path).AsTask();
        var request = await session.NextAsync();
        request.Type.ShouldBe(XenstoreMessageType.Watch);
        request.Strings[0].ShouldBe(path);
        await session.ReplyAsync(request, "OK\0");
        return (await watching, request.Strings[1]);
    }

    /// <summary>The reply comes behind all events that were fired before, so those have been delivered then.</summary>
    private static async Task RoundTripAsync(XenstoreClient client, ScriptedXenstored.Session session)
    {
        var read = client.ReadAsync("/").AsTask();
        var request = await session.NextAsync();
        request.Type.ShouldBe(XenstoreMessageType.Read);
        await session.ReplyAsync(request, "");
        await read;
    }

    private static List<XenstoreEvent> Taken(XenstoreWatch watch)
    {
        var taken = new List<XenstoreEvent>();
        while (watch.TryNext(out var next)) taken.Add(next);
        return taken;
    }

    private static XenstoreEvent Changed(string path) => new(XenstoreEventKind.Changed, path);
}
