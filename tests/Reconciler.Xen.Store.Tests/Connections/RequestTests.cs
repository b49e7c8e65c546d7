using Reconciler.Xen.Store.Protocol;
using Reconciler.Xen.Store.Tests.Transports;

namespace Reconciler.Xen.Store.Tests.Connections;

/// <summary>Requests and replies against a peer that the test plays.</summary>
public sealed class RequestTests
{
    private readonly ScriptedXenstored _xenstored = new();

    [Fact]
    public async Task Replies_find_their_requests_in_any_order()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var reads = Enumerable.Range(0, 64).Select(i => client.ReadAsync($"/{i}").AsTask()).ToArray();

        var requests = new List<ScriptedXenstored.Request>();
        foreach (var _ in reads) requests.Add(await session.NextAsync());
        requests.Reverse();
        foreach (var request in requests) await session.ReplyAsync(request, $"value of {request.Strings[0]}");

        (await Task.WhenAll(reads)).ShouldBe(Enumerable.Range(0, 64).Select(i => $"value of /{i}"));
    }

    [Fact]
    public async Task Requests_that_wait_for_a_slow_reader_go_out_in_one_write()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        session.Client.HoldSends();
        var reads = Enumerable.Range(0, 100).Select(i => client.ReadAsync($"/{i}").AsTask()).ToArray();
        session.Client.ReleaseSends();

        for (var i = 0; i < reads.Length; i++)
        {
            var request = await session.NextAsync();
            request.Strings.ShouldBe([$"/{i}"]);
            await session.ReplyAsync(request, "");
        }

        await Task.WhenAll(reads);
        session.Client.Writes.ShouldBe(2);
    }

    [Fact]
    public async Task A_reply_may_come_byte_by_byte_and_several_at_once()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var first = client.ReadAsync("/first").AsTask();
        var request = await session.NextAsync();
        foreach (var part in ScriptedXenstored.Session.Frame(request.Header with { Length = 3 }, "abc"u8.ToArray())) await session.SendAsync(part);
        (await first).ShouldBe("abc");

        var (second, third) = (client.ReadAsync("/second").AsTask(), client.ReadAsync("/third").AsTask());
        var (one, two) = (await session.NextAsync(), await session.NextAsync());
        await session.SendAsync(
        [
            .. ScriptedXenstored.Session.Frame(one.Header with { Length = 1 }, "2"u8.ToArray()),
            .. ScriptedXenstored.Session.Frame(two.Header with { Length = 1 }, "3"u8.ToArray()),
        ]);
        (await second).ShouldBe("2");
        (await third).ShouldBe("3");
    }

    [Fact]
    public async Task The_largest_payload_is_sent_and_received_whole()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var value = new byte[XenstoreLimits.Payload - 3];
        new Random(1).NextBytes(value);

        var write = client.WriteAsync("/a", value).AsTask();
        var request = await session.NextAsync();
        request.Payload[3..].ShouldBe(value);
        await session.ReplyAsync(request, "OK\0");
        await write;

        var read = client.ReadBytesAsync("/a").AsTask();
        var full = new byte[XenstoreLimits.Payload];
        await session.ReplyAsync(await session.NextAsync(), full);
        (await read).ShouldBe(full);
    }

    [Fact]
    public async Task A_request_above_the_payload_limit_is_refused_and_not_sent()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;

        (await Should.ThrowAsync<XenstoreException>(client.WriteAsync("/a", new string('x', 4094)).AsTask())).Error.ShouldBe(XenstoreError.E2BIG);
        (await Should.ThrowAsync<XenstoreException>(client.WriteAsync("/a", new byte[4094]).AsTask())).Error.ShouldBe(XenstoreError.E2BIG);
        (await Should.ThrowAsync<XenstoreException>(client.WriteAsync("/a\0b", "").AsTask())).Error.ShouldBe(XenstoreError.EINVAL);
        session.Client.Writes.ShouldBe(0);
    }

    [Fact]
    public async Task An_error_names_the_operation_and_the_path()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var write = client.WriteAsync("/local/domain/1/data", "x").AsTask();
        await session.FailAsync(await session.NextAsync(), "ENOSPC");

        var error = await Should.ThrowAsync<XenstoreException>(write);
        (error.Error, error.Operation, error.Path).ShouldBe((XenstoreError.ENOSPC, "write", "/local/domain/1/data"));
        error.Message.ShouldBe("xenstore write /local/domain/1/data: ENOSPC");
    }

    [Fact]
    public async Task An_unknown_error_is_quoted()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var read = client.ReadAsync("/a").AsTask();
        await session.FailAsync(await session.NextAsync(), "EHWPOISON");

        var error = await Should.ThrowAsync<XenstoreException>(read);
        error.Error.ShouldBe(XenstoreError.Unknown);
        error.Message.ShouldContain("EHWPOISON");
    }

    [Fact]
    public async Task A_cancelled_request_lets_the_connection_be_and_its_late_reply_reaches_nobody()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        using var cancel = new CancellationTokenSource();
        var abandoned = client.ReadAsync("/abandoned", cancel.Token).AsTask();
        var request = await session.NextAsync();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(abandoned);

        var next = client.ReadAsync("/next").AsTask();
        var second = await session.NextAsync();
        second.Header.RequestId.ShouldNotBe(request.Header.RequestId);
        await session.ReplyAsync(request, "late");
        await session.ReplyAsync(second, "right");
        (await next).ShouldBe("right");
        client.State.ShouldBe(XenstoreConnectionState.Connected);
    }

    [Fact]
    public async Task A_transaction_that_starts_after_its_caller_gave_up_is_discarded()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        using var cancel = new CancellationTokenSource();
        var transaction = client.TransactAsync((_, _) => ValueTask.CompletedTask, cancel.Token).AsTask();
        var start = await session.NextAsync();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(transaction);

        await session.ReplyAsync(start, "42\0");
        var end = await session.NextAsync();
        (end.Type, end.Header.TransactionId, end.Strings[0]).ShouldBe((XenstoreMessageType.TransactionEnd, 42u, "F"));
    }

    [Fact]
    public async Task A_watch_that_is_set_after_its_caller_gave_up_is_taken_back()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        using var cancel = new CancellationTokenSource();
        var watching = client.WatchAsync("/a", cancel.Token).AsTask();
        var watch = await session.NextAsync();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watching);

        await session.ReplyAsync(watch, "OK\0");
        var unwatch = await session.NextAsync();
        unwatch.Type.ShouldBe(XenstoreMessageType.Unwatch);
        unwatch.Strings.ShouldBe(watch.Strings);
    }

    [Fact]
    public async Task A_directory_that_changes_between_two_slices_is_listed_again_from_its_start()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var list = client.ListAsync("/d").AsTask();
        await session.FailAsync(await session.NextAsync(), "E2BIG");
        await Slice("0", "7\0a\0b\0");
        await Slice("4", "8\0c\0\0");
        await Slice("0", "8\0a\0");
        await Slice("2", "8\0c\0\0");

        (await list).ShouldBe(["a", "c"]);

        async Task Slice(string offset, string reply)
        {
            var request = await session.NextAsync();
            request.Type.ShouldBe(XenstoreMessageType.DirectoryPart);
            request.Strings.ShouldBe(["/d", offset]);
            await session.ReplyAsync(request, reply);
        }
    }

    [Fact]
    public async Task A_directory_slice_that_makes_no_progress_is_an_error_and_no_endless_loop()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var list = client.ListAsync("/d").AsTask();
        await session.FailAsync(await session.NextAsync(), "E2BIG");
        await session.ReplyAsync(await session.NextAsync(), "7\0");

        (await Should.ThrowAsync<XenstoreException>(list)).Error.ShouldBe(XenstoreError.Protocol);
    }

    [Fact]
    public async Task Reading_many_nodes_asks_for_all_of_them_at_once_and_gives_null_for_the_missing()
    {
        var (client, session) = await _xenstored.ConnectedAsync();
        await using var closing = client;
        var values = client.ReadManyAsync(["/a", "/b", "/c"]).AsTask();
        var requests = new[] { await session.NextAsync(), await session.NextAsync(), await session.NextAsync() };
        await session.ReplyAsync(requests[0], "1");
        await session.FailAsync(requests[1], "ENOENT");
        await session.ReplyAsync(requests[2], "3");
        (await values).ShouldBe(["1", null, "3"]);

        var failing = client.ReadManyAsync(["/a", "/b"]).AsTask();
        await session.FailAsync(await session.NextAsync(), "EACCES");
        await session.ReplyAsync(await session.NextAsync(), "2");
        var error = await Should.ThrowAsync<XenstoreException>(failing);
        (error.Error, error.Path).ShouldBe((XenstoreError.EACCES, "/a"));
    }
}
