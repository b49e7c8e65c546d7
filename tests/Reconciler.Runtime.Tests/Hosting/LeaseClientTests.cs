using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Web.Hosting;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Runtime.Tests.Hosting;

/// <summary>A server that answers nothing on the first connection that it is asked over, as a network that loses what is sent over it.</summary>
public sealed class LeaseClientTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly SemaphoreSlim _swallowed = new(0);
    private string? _dead;
    private WebListener _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await WebListener.StartAsync(
        new IPEndPoint(IPAddress.Loopback, 0),
        (_, listen) => listen.UseHttps(_authority.IssueServer("127.0.0.1")),
        AnswerAsync,
        NullLoggerFactory.Instance,
        Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _swallowed.Dispose();
    }

    [Fact]
    public async Task Semantics_35_A_try_after_one_that_was_given_up_has_a_connection_of_its_own()
    {
        using var client = Client(LeaseClient.Options("test", TimeSpan.FromMinutes(1)));
        (await IsAnsweredAsync(client)).ShouldBeFalse();
        (await IsAnsweredAsync(client)).ShouldBeTrue();
    }

    [Fact]
    public async Task Over_the_connection_that_everything_shares_the_next_call_is_held_up_like_the_one_before()
    {
        using var client = Client(new HttpKubernetesClientOptions());
        (await IsAnsweredAsync(client)).ShouldBeFalse();
        (await IsAnsweredAsync(client)).ShouldBeFalse();
    }

    /// <summary>Makes a call; one that arrives and has no answer is given up.</summary>
    private async Task<bool> IsAnsweredAsync(HttpKubernetesClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var call = client.GetAsync<Lease>("leader", "ns", limit.Token);
        if (await Task.WhenAny(call, _swallowed.WaitAsync(limit.Token)) == call) return await call is not null;
        await limit.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        return false;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (Interlocked.CompareExchange(ref _dead, context.Connection.Id, null) is null || _dead == context.Connection.Id)
        {
            _swallowed.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"metadata":{"name":"leader","namespace":"ns"}}""", context.RequestAborted);
    }

    private HttpKubernetesClient Client(HttpKubernetesClientOptions options)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, KubeconfigText.Of(new Uri($"https://{_server.Listening}"), "secret", _authority.Pem));
        var config = KubernetesConfig.Load(file);
        File.Delete(file);
        return new HttpKubernetesClient(config, options);
    }
}
