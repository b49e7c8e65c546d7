using Reconciler.Lab;

namespace Reconciler.Xen.Store.Tests.Xenstored;

/// <summary>A real xenstored that hangs, dies and comes back.</summary>
[Trait("Category", "Lab")]
public sealed class OutageTests
{
    private readonly CancellationToken _testEnds = TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_restart_the_client_is_connected_again_and_watches_go_on()
    {
        await using var xenstored = await XenstoredProcess.StartAsync();
        await using var client = await XenstoreClient.ConnectAsync(new() { Path = xenstored.SocketPath }, _testEnds);
        await using var watch = await client.WatchAsync("/a");
        (await watch.NextAsync(_testEnds)).Kind.ShouldBe(XenstoreEventKind.Changed);

        var disconnected = StateAsync(client, XenstoreConnectionState.Disconnected);
        await xenstored.StopAsync();
        await disconnected;
        (await Should.ThrowAsync<XenstoreException>(client.ReadAsync("/a").AsTask())).IsDisconnected.ShouldBeTrue();

        await xenstored.StartAgainAsync();
        await client.WaitUntilConnectedAsync(_testEnds);
        (await watch.NextAsync(_testEnds)).ShouldBe(new XenstoreEvent(XenstoreEventKind.Resync, "/a"));
        await client.WriteAsync("/a/b", "x");

        // The event with which a new watch always begins may come behind the resync.
        var next = await watch.NextAsync(_testEnds);
        if (next.Path == "/a") next = await watch.NextAsync(_testEnds);
        next.ShouldBe(new XenstoreEvent(XenstoreEventKind.Changed, "/a/b"));
    }

    [Fact]
    public async Task What_is_in_flight_when_xenstored_is_killed_fails_and_nothing_hangs()
    {
        await using var xenstored = await XenstoredProcess.StartAsync();
        await using var client = await XenstoreClient.ConnectAsync(new() { Path = xenstored.SocketPath }, _testEnds);
        await xenstored.SignalAsync("STOP");
        var writes = Enumerable.Range(0, 64).Select(i => client.WriteAsync($"/a/{i}", "x").AsTask()).ToList();
        await xenstored.StopAsync();

        foreach (var write in writes) (await Should.ThrowAsync<XenstoreException>(write)).IsDisconnected.ShouldBeTrue();
    }

    [Fact]
    public async Task A_xenstored_that_hangs_delays_requests_and_lets_them_be_cancelled()
    {
        await using var xenstored = await XenstoredProcess.StartAsync();
        await using var client = await XenstoreClient.ConnectAsync(new() { Path = xenstored.SocketPath }, _testEnds);
        await xenstored.SignalAsync("STOP");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_testEnds);
        var cancelled = client.ReadAsync("/a", cancel.Token).AsTask();

        // More than the socket holds: the rest has to wait for room, without blocking the callers.
        var value = new string('v', 2000);
        var writes = Enumerable.Range(0, 1000).Select(i => client.WriteAsync($"/a/{i}", value).AsTask()).ToList();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
        writes.ShouldAllBe(write => !write.IsCompleted);

        await xenstored.SignalAsync("CONT");
        await Task.WhenAll(writes);
        (await client.ListAsync("/a")).Length.ShouldBe(writes.Count);
    }

    [Fact]
    public async Task Without_a_xenstored_the_error_names_the_socket()
    {
        var error = await Should.ThrowAsync<XenstoreException>(
            XenstoreClient.ConnectAsync(new() { Path = "/nowhere/xenstored/socket" }, _testEnds).AsTask());
        (error.Error, error.Operation, error.Path).ShouldBe((XenstoreError.Disconnected, "connect", "/nowhere/xenstored/socket"));
        error.Message.ShouldContain("no such file; is xenstored running?");
    }

    [Fact]
    public async Task A_socket_that_a_dead_xenstored_left_behind_is_said_to_be_without_listener()
    {
        await using var xenstored = await XenstoredProcess.StartAsync();
        await xenstored.StopAsync();
        var error = await Should.ThrowAsync<XenstoreException>(XenstoreClient.ConnectAsync(new() { Path = xenstored.SocketPath }, _testEnds).AsTask());
        error.Message.ShouldContain("nobody listens on it; is xenstored running?");
    }

    private static async Task StateAsync(XenstoreClient client, XenstoreConnectionState state)
    {
        var reached = new TaskCompletionSource();
        client.StateChanged += (_, change) =>
        {
            if (change.State == state) reached.TrySetResult();
        };
        if (client.State == state) reached.TrySetResult();
        await reached.Task;
    }
}
