using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Testing.Contract;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Http;

public sealed class RetryTests : IDisposable
{
    private const string WidgetJson = """{"metadata":{"name":"a","namespace":"games"}}""";

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ApplyOptions Mine { get; } = new("me");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Semantics_47_what_may_be_repeated_is_repeated_when_the_server_can_not(int status)
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(status, "{}"),
            exchange => exchange.RespondAsync(status, "{}"),
            exchange => exchange.RespondAsync(200, WidgetJson),
            exchange => exchange.RespondAsync(status, "{}"),
            exchange => exchange.RespondAsync(200, WidgetJson));
        using var client = Kubeconfigs.Client(_folder, server);

        (await client.GetAsync<Widget>("a", "games", Cancel)).ShouldNotBeNull();
        await client.ApplyAsync(New(), Mine, Cancel);

        server.Requests.Count.ShouldBe(5);
        server.Requests[4].Text.ShouldBe(server.Requests[3].Text);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Semantics_47_what_may_have_been_done_already_is_not_done_twice(int status)
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(status, "{}"));
        using var client = Kubeconfigs.Client(_folder, server);

        (await Should.ThrowAsync<KubernetesApiException>(() => client.CreateAsync(New(), Cancel))).StatusCode.ShouldBe((HttpStatusCode)status);
        await Should.ThrowAsync<KubernetesApiException>(() => client.PatchAsync<Widget>("a", "games", new JsonPatch().Remove("/x"), Cancel));
        await Should.ThrowAsync<KubernetesApiException>(() => client.DeleteAsync<Widget>("a", "games", new DeleteOptions(), Cancel));

        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Semantics_47_a_call_that_was_turned_away_at_the_door_is_repeated_whatever_it_is()
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange => exchange.RespondAsync(429, "{}", headers: ("Retry-After", "0")),
            exchange => exchange.RespondAsync(201, WidgetJson));
        using var client = Kubeconfigs.Client(_folder, server);

        (await client.CreateAsync(New(), Cancel)).Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public async Task Semantics_47_a_lost_connection_is_repeated_only_where_that_is_safe()
    {
        await using var server = ScriptedHttpServer.StartSequence(
            exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            },
            async exchange =>
            {
                await exchange.BeginAsync();
                await exchange.WriteAsync("""{"metadata":{"na""");
                exchange.Close();
            },
            exchange => exchange.RespondAsync(200, WidgetJson),
            exchange =>
            {
                exchange.Reset();
                return Task.CompletedTask;
            });
        using var client = Kubeconfigs.Client(_folder, server);

        (await client.GetAsync<Widget>("a", "games", Cancel)).ShouldNotBeNull();
        var lost = await Should.ThrowAsync<KubernetesApiException>(() => client.CreateAsync(New(), Cancel));

        lost.Message.ShouldContain("the connection was lost");
        lost.StatusCode.ShouldBeNull();
        lost.IsTransient.ShouldBeTrue();
        server.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Semantics_46_the_wait_that_the_server_asks_for_is_kept()
    {
        var time = new VirtualTime();
        var turnedAway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedHttpServer.StartSequence(
            async exchange =>
            {
                await exchange.RespondAsync(503, "{}", headers: ("Retry-After", "7"));
                turnedAway.SetResult();
            },
            exchange => exchange.RespondAsync(200, WidgetJson));
        using var client = Kubeconfigs.Client(_folder, server, time: time);

        var call = client.GetAsync<Widget>("a", "games", Cancel);
        await turnedAway.Task;

        // The client has read the answer when the limit of the attempt (30 s) has made way for the wait.
        while (time.UntilNextTimer != TimeSpan.FromSeconds(7)) await Task.Delay(1, Cancel);
        server.Requests.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(7));

        (await call).ShouldNotBeNull();
    }

    [Fact]
    public async Task Semantics_46_a_longer_wait_than_a_call_may_take_is_told_to_the_caller()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(429, "{}", headers: ("Retry-After", "60")));
        using var client = Kubeconfigs.Client(_folder, server);

        (await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel))).RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_47_A_server_that_is_not_there_is_tried_again_and_then_named()
    {
        await using var server = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(201, WidgetJson));
        await using var proxy = new FaultProxy("127.0.0.1", server.Port);
        proxy.Refuse();
        var config = Kubeconfigs.Load(_folder, $"server: http://127.0.0.1:{proxy.Port}");
        using var client = new HttpKubernetesClient(config, new HttpKubernetesClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });

        var unreachable = await Should.ThrowAsync<KubernetesApiException>(() => client.CreateAsync(New(), Cancel));
        unreachable.Message.ShouldBe($"Cannot create widgets.contract.reconciler.dev \"a\" in namespace \"games\" at http://127.0.0.1:{proxy.Port} (context \"dev\" of {_folder.Path}/config): Connection refused. Is the API server running, and is 'server' right?");
        unreachable.IsTransient.ShouldBeTrue();

        proxy.Accept();
        (await client.CreateAsync(New(), Cancel)).Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public async Task Semantics_45_a_call_has_a_limit_of_its_own_and_says_so()
    {
        var time = new VirtualTime();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedHttpServer.Start(exchange =>
        {
            asked.TrySetResult();
            return exchange.StallAsync();
        });
        using var client = Kubeconfigs.Client(_folder, server, time: time);

        var call = client.GetAsync<Widget>("a", "games", Cancel);
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(30));

        var error = await Should.ThrowAsync<KubernetesApiException>(() => call);
        error.Message.ShouldEndWith("no answer within 30 s");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_callers_cancellation_is_a_cancellation_and_not_an_error()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedHttpServer.Start(exchange =>
        {
            asked.TrySetResult();
            return exchange.StallAsync();
        });
        using var client = Kubeconfigs.Client(_folder, server);
        using var cancellation = new CancellationTokenSource();

        var call = client.GetAsync<Widget>("a", "games", cancellation.Token);
        await asked.Task;
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    private static Widget New() => new() { Metadata = new ObjectMeta { Name = "a", Namespace = "games" }, Spec = new WidgetSpec { Size = "1Gi" } };
}
