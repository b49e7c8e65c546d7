using System.Collections.Concurrent;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Http;

public sealed class ConcurrencyTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Semantics_46_So_many_calls_are_in_flight_and_no_more_none_is_lost_and_watches_are_not_counted()
    {
        const int Limit = 4;
        const int Count = 20;
        var inFlight = 0;
        var seen = new ConcurrentQueue<int>();
        using var arrived = new SemaphoreSlim(0);
        using var answers = new SemaphoreSlim(0);
        await using var server = ScriptedHttpServer.Start(async exchange =>
        {
            if (IsWatch(exchange.Request))
            {
                await exchange.BeginAsync();
                await exchange.WriteAsync(Samples.Frame("ADDED", Samples.Widget("a")));
                await exchange.StallAsync();
                return;
            }

            seen.Enqueue(Interlocked.Increment(ref inFlight));
            arrived.Release();
            await answers.WaitAsync(exchange.Stopped);
            Interlocked.Decrement(ref inFlight);

            // A call that fails makes way for the next as well.
            await exchange.RespondAsync(Name(exchange.Request).EndsWith('3') ? 500 : 200, "{}");
        });
        using var client = Kubeconfigs.Client(_folder, server, options: new HttpKubernetesClientOptions { MaxConcurrentCalls = Limit, MaxRetries = 0 });

        var calls = Enumerable.Range(0, Count).Select(n => client.GetAsync<Widget>($"w{n}", "games", Cancel)).ToList();
        using var leaving = new CancellationTokenSource();
        var left = client.GetAsync<Widget>("left", "games", leaving.Token);
        for (var n = 0; n < Limit; n++) (await arrived.WaitAsync(Patience, Cancel)).ShouldBeTrue();

        // More watches than calls may be. By the time that they have come and gone, what would have been sent beside the four has been.
        for (var n = 0; n <= Limit; n++)
            await foreach (var watchEvent in client.WatchAsync<Widget>(new WatchOptions(), Cancel)) break;
        seen.ShouldBe(Enumerable.Range(1, Limit));
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);

        for (var n = Limit; n < Count; n++)
        {
            answers.Release();
            (await arrived.WaitAsync(Patience, Cancel)).ShouldBeTrue();
        }

        answers.Release(Limit);
        var failed = 0;
        foreach (var call in calls)
        {
            try
            {
                await call.WaitAsync(Patience, Cancel);
            }
            catch (KubernetesApiException)
            {
                failed++;
            }
        }

        failed.ShouldBe(2);
        seen.Max().ShouldBe(Limit);
        server.Requests.Where(request => !IsWatch(request)).Select(Name).ShouldBe(Enumerable.Range(0, Count).Select(n => $"w{n}"), ignoreOrder: true);
    }

    private static bool IsWatch(ScriptedRequest request) => request.Target.Contains("watch=true", StringComparison.Ordinal);

    private static string Name(ScriptedRequest request) => request.Target.Split('/')[^1];
}
