using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing;
using Reconciler.Testing.Contract;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Http;

public sealed class WatchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Semantics_05_a_watch_asks_for_bookmarks_its_version_and_its_time()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(200, ""));
        using var client = Kubeconfigs.Client(_folder, server);

        (await CollectAsync(client, new WatchOptions { Namespace = "games", ResourceVersion = "7", Timeout = TimeSpan.FromSeconds(250.2), LabelSelector = "a=b" })).ShouldBeEmpty();
        (await CollectAsync(client, new WatchOptions { SendInitialEvents = true, AllowBookmarks = false })).ShouldBeEmpty();

        server.Requests.Select(request => request.Target).ShouldBe([
            "/apis/contract.reconciler.dev/v1/namespaces/games/widgets?watch=true&allowWatchBookmarks=true&labelSelector=a%3Db&resourceVersion=7&timeoutSeconds=251",
            "/apis/contract.reconciler.dev/v1/widgets?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan",
        ]);
        server.Requests[0].Header("Accept-Encoding").ShouldBeNull();
    }

    [Fact]
    public async Task Each_event_is_there_as_soon_as_its_frame_is()
    {
        var seen = new SemaphoreSlim(0);
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            await exchange.BeginAsync();
            foreach (var name in new[] { "a", "b" })
            {
                // The next frame is not sent before this one was seen.
                var frame = Samples.Frame("ADDED", Samples.Widget(name));
                await exchange.WriteAsync(frame[..10]);
                await exchange.WriteAsync(frame[10..]);
                await seen.WaitAsync(exchange.Stopped);
            }

            await exchange.EndAsync();
        });
        using var client = Kubeconfigs.Client(_folder, server);

        var names = new List<string?>();
        await foreach (var watchEvent in client.WatchAsync<Widget>(new WatchOptions(), Cancel))
        {
            names.Add(watchEvent.Object!.Metadata.Name);
            seen.Release();
        }

        names.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Semantics_03_gone_comes_as_an_answer_and_as_a_frame()
    {
        var status = new JsonObject { ["kind"] = "Status", ["code"] = 410, ["reason"] = "Expired", ["message"] = "too old resource version" };
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(410, status.ToJsonString()),
            exchange => exchange.RespondAsync(410, status.ToJsonString()),
            exchange => exchange.RespondAsync(200, Samples.Frame("ERROR", status.DeepClone()) + Samples.Frame("ADDED", Samples.Widget("after"))));
        using var client = Kubeconfigs.Client(_folder, server);

        (await Should.ThrowAsync<KubernetesApiException>(() => client.ListAsync<Widget>(new ListOptions { Continue = "old" }, Cancel))).IsGone.ShouldBeTrue();
        (await Should.ThrowAsync<KubernetesApiException>(() => CollectAsync(client, new WatchOptions()))).IsGone.ShouldBeTrue();
        var events = await CollectAsync(client, new WatchOptions());

        var error = events.ShouldHaveSingleItem();
        error.Type.ShouldBe(WatchEventType.Error);
        error.Status!.Code.ShouldBe(410);
    }

    [Fact]
    public async Task Semantics_06_a_watch_on_a_dead_connection_is_given_up_5_seconds_after_its_time()
    {
        var time = new VirtualTime();
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync(Samples.Frame("ADDED", Samples.Widget("a")));
            await exchange.StallAsync();
        });
        using var client = Kubeconfigs.Client(_folder, server, time: time);
        await using var events = client.WatchAsync<Widget>(new WatchOptions { Timeout = TimeSpan.FromSeconds(240) }, Cancel).GetAsyncEnumerator(Cancel);

        (await events.MoveNextAsync()).ShouldBeTrue();
        var next = events.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(244));
        next.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));

        var error = await Should.ThrowAsync<KubernetesApiException>(() => next);
        error.IsTransient.ShouldBeTrue();
        error.Message.ShouldContain("watch widgets.contract.reconciler.dev");
        error.Message.ShouldContain("no answer within 245 s");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_watch_that_breaks_off_gives_what_was_whole_and_then_an_error(bool reset)
    {
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            await exchange.BeginAsync();
            var frame = Samples.Frame("ADDED", Samples.Widget("a"));
            await exchange.WriteAsync(frame + frame[..20]);
            await received.Task;
            if (reset) exchange.Reset();
            else exchange.Close();
        });
        using var client = Kubeconfigs.Client(_folder, server);
        await using var events = client.WatchAsync<Widget>(new WatchOptions(), Cancel).GetAsyncEnumerator(Cancel);

        (await events.MoveNextAsync()).ShouldBeTrue();
        received.SetResult();
        var error = await Should.ThrowAsync<KubernetesApiException>(() => events.MoveNextAsync().AsTask());
        error.StatusCode.ShouldBeNull();
        error.Message.ShouldContain("the connection was lost");
    }

    [Fact]
    public async Task Semantics_45_watches_and_calls_go_over_different_connections()
    {
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            if (!exchange.Request.Target.Contains("watch", StringComparison.Ordinal))
            {
                await exchange.RespondAsync(200, Samples.List("1", null));
                return;
            }

            await exchange.BeginAsync();
            await exchange.EndAsync();
        });
        using var client = Kubeconfigs.Client(_folder, server);

        for (var i = 0; i < 2; i++)
        {
            await client.ListAsync<Widget>(new ListOptions(), Cancel);
            await CollectAsync(client, new WatchOptions());
        }

        // The third request is the first of the list again: its connection is kept and used again.
        server.Requests.Select(request => request.ConnectionId).ShouldBe([1, 2, 1, 2]);
    }

    [Fact]
    public async Task A_watch_that_is_left_closes_its_connection()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            await exchange.BeginAsync();
            try
            {
                while (true)
                {
                    await exchange.WriteAsync(Samples.Frame("ADDED", Samples.Widget("a")));
                    await Task.Yield();
                }
            }
            catch (IOException)
            {
                closed.SetResult();
                throw;
            }
        });
        using var client = Kubeconfigs.Client(_folder, server);

        await foreach (var watchEvent in client.WatchAsync<Widget>(new WatchOptions(), Cancel)) break;

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_watch_ends_with_its_callers_cancellation()
    {
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync(Samples.Frame("ADDED", Samples.Widget("a")));
            await exchange.StallAsync();
        });
        using var client = Kubeconfigs.Client(_folder, server);
        using var cancellation = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var watchEvent in client.WatchAsync<Widget>(new WatchOptions(), cancellation.Token)) await cancellation.CancelAsync();
        });
    }

    private static async Task<List<WatchEvent<Widget>>> CollectAsync(HttpKubernetesClient client, WatchOptions options)
    {
        var events = new List<WatchEvent<Widget>>();
        await foreach (var watchEvent in client.WatchAsync<Widget>(options, Cancel)) events.Add(watchEvent);
        return events;
    }
}
