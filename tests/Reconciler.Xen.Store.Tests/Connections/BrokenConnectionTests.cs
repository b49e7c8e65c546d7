using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Protocol;
using Reconciler.Xen.Store.Tests.Transports;

namespace Reconciler.Xen.Store.Tests.Connections;

/// <summary>Every way in which a stream can end or be wrong.</summary>
public sealed class BrokenConnectionTests
{
    private static readonly XenstoreClientOptions Fast = new() { ReconnectDelay = TimeSpan.FromMilliseconds(1) };
    private readonly ScriptedXenstored _xenstored = new();

    public static TheoryData<string, byte[]> Violations => new()
    {
        { "a reply to nobody", Frame(new XenstoreHeader(XenstoreMessageType.Read, 4711, 0, 0)) },
        { "another type than was asked for", Frame(new XenstoreHeader(XenstoreMessageType.Write, 1, 0, 0)) },
        { "a payload above the limit", Frame(new XenstoreHeader(XenstoreMessageType.Read, 1, 0, uint.MaxValue)) },
        { "garbage", [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37))] },
        { "a watch event without its strings", Frame(new XenstoreHeader(XenstoreMessageType.WatchEvent, 0, 0, 2), [1, 2]) },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_of_the_protocol_fails_what_is_pending_and_leads_to_a_new_connection(string violation, byte[] bytes)
    {
        var (client, session) = await _xenstored.ConnectedAsync(Fast);
        await using var closing = client;
        var read = client.ReadAsync("/a").AsTask();
        await session.NextAsync();
        await session.SendAsync(bytes);

        var error = await Should.ThrowAsync<XenstoreException>(read, violation);
        error.Error.ShouldBe(XenstoreError.Disconnected);
        error.InnerException.ShouldBeOfType<XenstoreException>().Error.ShouldBe(XenstoreError.Protocol);
        await AnswersAgainAsync(client);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(18)]
    public async Task A_connection_cut_in_the_middle_of_a_message_fails_what_is_pending(int bytes)
    {
        var (client, session) = await _xenstored.ConnectedAsync(Fast);
        await using var closing = client;
        var reads = Enumerable.Range(0, 10).Select(i => client.ReadAsync($"/{i}").AsTask()).ToArray();
        var request = await session.NextAsync();
        await session.SendAsync(ScriptedXenstored.Session.Frame(request.Header with { Length = 3 }, "abc"u8.ToArray())[..bytes]);
        session.Cut();

        foreach (var read in reads) (await Should.ThrowAsync<XenstoreException>(read)).IsDisconnected.ShouldBeTrue();
        await AnswersAgainAsync(client);
    }

    [Fact]
    public async Task Random_bytes_never_do_more_than_end_the_connection()
    {
        var random = new Random(20240501);
        var (client, session) = await _xenstored.ConnectedAsync(Fast with { MaxReconnectDelay = TimeSpan.FromMilliseconds(1) });
        await using var closing = client;
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);

            // Half of them with a plausible header, so that the payload is reached as well.
            if (random.Next(2) == 0 && bytes.Length >= XenstoreHeader.Size)
                XenstoreCodec.WriteHeader(bytes, new XenstoreHeader((XenstoreMessageType)random.Next(24), (uint)random.Next(4), 0, (uint)random.Next(64)));
            var read = client.ReadAsync("/a").AsTask();
            await session.NextAsync();
            await session.SendAsync(bytes);
            session.Cut();

            // A lucky guess may be a valid reply; anything else must be the typed failure.
            var failure = await Record.ExceptionAsync(() => read);
            if (failure is not null) failure.ShouldBeOfType<XenstoreException>();
            session = await _xenstored.AcceptAsync();
            await client.WaitUntilConnectedAsync();
        }
    }

    [Fact]
    public async Task While_disconnected_operations_fail_at_once_and_the_state_says_why()
    {
        var hours = Fast with { ReconnectDelay = TimeSpan.FromHours(1), MaxReconnectDelay = TimeSpan.FromHours(1) };
        var (client, session) = await _xenstored.ConnectedAsync(hours);
        await using var closing = client;
        var disconnected = new TaskCompletionSource<XenstoreStateChangedEventArgs>();
        client.StateChanged += (_, change) => disconnected.TrySetResult(change);
        session.Cut();

        var change = await disconnected.Task;
        change.State.ShouldBe(XenstoreConnectionState.Disconnected);
        client.State.ShouldBe(XenstoreConnectionState.Disconnected);
        client.DisconnectReason.ShouldBeOfType<EndOfStreamException>();
        var error = await Should.ThrowAsync<XenstoreException>(client.ReadAsync("/a").AsTask());
        error.IsDisconnected.ShouldBeTrue();
        (await Should.ThrowAsync<XenstoreException>(client.WatchAsync("/a").AsTask())).IsDisconnected.ShouldBeTrue();
        (await Should.ThrowAsync<XenstoreException>(client.TransactAsync((_, _) => ValueTask.CompletedTask).AsTask()))
            .IsDisconnected.ShouldBeTrue();
    }

    [Fact]
    public async Task A_first_attempt_that_fails_names_the_endpoint_and_the_reason()
    {
        _xenstored.RefuseNext(new IOException("No such file or directory"));
        var error = await Should.ThrowAsync<XenstoreException>(
            XenstoreClient.ConnectAsync(new() { Connector = _xenstored }, TestContext.Current.CancellationToken).AsTask());
        error.Message.ShouldBe("xenstore connect scripted: Disconnected (No such file or directory)");
        _xenstored.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_was_started_goes_on_trying()
    {
        for (var i = 0; i < 3; i++) _xenstored.RefuseNext(new IOException("not yet"));
        await using var client = XenstoreClient.Start(Fast with { Connector = _xenstored });
        await client.WaitUntilConnectedAsync(TestContext.Current.CancellationToken);
        _xenstored.Attempts.ShouldBe(4);
    }

    [Fact]
    public async Task A_transaction_does_not_outlive_its_connection()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Fast);
        await using var closing = client;
        var transaction = client.TransactAsync(async (store, cancellation) =>
        {
            session.Cut();
            session = await _xenstored.AcceptAsync();
            await client.WaitUntilConnectedAsync(cancellation);
            await store.WriteAsync("/a", "must not reach the new connection", cancellation);
        }).AsTask();
        await session.ReplyAsync(await session.NextAsync(), "1\0");

        (await Should.ThrowAsync<XenstoreException>(transaction)).IsDisconnected.ShouldBeTrue();
        session.Client.Writes.ShouldBe(0);
    }

    [Fact]
    public async Task Disposing_fails_what_is_pending_and_ends_every_watch()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        var watching = client.WatchAsync("/a").AsTask();
        await session.ReplyAsync(await session.NextAsync(), "OK\0");
        var watch = await watching;
        var read = client.ReadAsync("/a").AsTask();
        await session.NextAsync();
        await client.DisposeAsync();

        (await Should.ThrowAsync<XenstoreException>(read)).IsDisconnected.ShouldBeTrue();
        await Should.ThrowAsync<ObjectDisposedException>(watch.NextAsync().AsTask());
        await Should.ThrowAsync<ObjectDisposedException>(client.WaitUntilConnectedAsync());
        client.State.ShouldBe(XenstoreConnectionState.Closed);
        await watch.DisposeAsync();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_does_not_wait_for_a_peer_that_never_answers()
    {
        var (client, session) = await _xenstored.ConnectedAsync(Fast);
        var watching = client.WatchAsync("/a").AsTask();
        await session.ReplyAsync(await session.NextAsync(), "OK\0");
        await watching;
        session.Cut();

        // Connected again, but the watch is never confirmed.
        session = await _xenstored.AcceptAsync();
        (await session.NextAsync()).Type.ShouldBe(XenstoreMessageType.Watch);
        session.Client.HoldSends();
        _ = client.ReadAsync("/b").AsTask();
        await client.DisposeAsync();
        client.State.ShouldBe(XenstoreConnectionState.Closed);
    }

    [Fact]
    public void Delays_double_up_to_the_cap_with_the_upper_half_random_and_begin_anew_after_a_lasting_connection()
    {
        var options = new XenstoreClientOptions
        {
            ReconnectDelay = TimeSpan.FromMilliseconds(100), MaxReconnectDelay = TimeSpan.FromSeconds(1), Random = new Random(1),
        };
        var delays = new ReconnectDelays(options);
        foreach (var full in (int[])[100, 200, 400, 800, 1000, 1000, 1000])
            delays.Next().TotalMilliseconds.ShouldBeInRange(full / 2.0, full);

        delays.ConnectionLasted(TimeSpan.FromMilliseconds(999));
        delays.Next().TotalMilliseconds.ShouldBeInRange(500, 1000);
        delays.ConnectionLasted(TimeSpan.FromSeconds(1));
        delays.Next().TotalMilliseconds.ShouldBeInRange(50, 100);
    }

    private async Task AnswersAgainAsync(XenstoreClient client)
    {
        var session = await _xenstored.AcceptAsync();
        await client.WaitUntilConnectedAsync(TestContext.Current.CancellationToken);
        var read = client.ReadAsync("/again").AsTask();
        await session.ReplyAsync(await session.NextAsync(), "yes");
        (await read).ShouldBe("yes");
    }

    private static byte[] Frame(XenstoreHeader header, params byte[] payload) => ScriptedXenstored.Session.Frame(header, payload);
}
