using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;
using Reconciler.Testing.Lab;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Config;

/// <summary>A server that only its proxy (proxy-url) knows the way to: its name can't be resolved here.</summary>
public sealed class ProxyTests : IDisposable
{
    private const string Server = "api.cluster.invalid";

    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Semantics_42_Calls_and_watches_go_through_the_proxy_and_it_sees_nothing_of_them()
    {
        await using var server = Start();
        await using var proxy = ScriptedHttpServer.Start(exchange => exchange.TunnelAsync(server.Port));
        using var client = Client($"http://127.0.0.1:{proxy.Port}");

        await client.ListAsync<Widget>(new ListOptions(), Cancel);
        await foreach (var watchEvent in client.WatchAsync<Widget>(new WatchOptions(), Cancel)) break;

        server.Requests.Select(request => request.ServerName).ShouldBe([Server, Server]);
        server.Requests.ShouldAllBe(request => request.Header("Authorization") == "Bearer secret");
        proxy.Requests.Select(request => $"{request.Method} {request.Target}").ShouldBe(Enumerable.Repeat($"CONNECT {Server}:6443", 2));
        proxy.Requests.ShouldAllBe(request => request.Header("Authorization") == null);
    }

    [Fact]
    public async Task Semantics_42_A_proxy_that_asks_for_a_login_gets_the_one_of_its_url()
    {
        await using var server = Start();
        await using var proxy = ScriptedHttpServer.Start(exchange => exchange.Request.Header("Proxy-Authorization") == $"Basic {Kubeconfigs.Data("me:p@ss")}"
            ? exchange.TunnelAsync(server.Port)
            : exchange.RespondAsync(407, "", "text/plain", ("Proxy-Authenticate", "Basic realm=\"proxy\"")));
        using var client = Client($"http://me:p%40ss@127.0.0.1:{proxy.Port}");

        await client.ListAsync<Widget>(new ListOptions(), Cancel);

        server.Requests.ShouldHaveSingleItem().Header("Proxy-Authorization").ShouldBeNull();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(407)]
    public async Task Semantics_42_A_proxy_that_refuses_is_named_with_what_it_said(int status)
    {
        await using var proxy = ScriptedHttpServer.Start(exchange => exchange.RespondAsync(
            status, "", "text/plain", ("Proxy-Authenticate", "Basic realm=\"proxy\"")));
        using var client = Client($"http://me:secret@127.0.0.1:{proxy.Port}");

        var error = await ErrorAsync(client);
        error.Message.ShouldEndWith(
            $"The proxy tunnel request to proxy 'http://127.0.0.1:{proxy.Port}/' failed with status code '{status}'. "
            + "Does the proxy allow this server, and is its login in 'proxy-url' (http://user:password@host:port)?");
        error.Message.ShouldStartWith($"Cannot get widgets.contract.reconciler.dev \"a\" in namespace \"games\" at https://{Server}:6443 (context \"dev\" of ");
        error.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Semantics_42_A_proxy_that_is_not_there_is_named()
    {
        var port = LoopbackPort.Free();
        using var client = Client($"http://127.0.0.1:{port}");
        var error = await ErrorAsync(client);
        error.Message.ShouldEndWith($"Connection refused. Is the proxy http://127.0.0.1:{port} running, and is 'proxy-url' right?");
        error.IsTransient.ShouldBeTrue();

        using var lost = Client("http://no-such-proxy.invalid:3128");
        (await ErrorAsync(lost)).Message.ShouldEndWith("the name \"no-such-proxy.invalid\" can't be resolved. Correct 'proxy-url'");
    }

    private ScriptedHttpServer Start() => ScriptedHttpServer.Start(
        async exchange =>
        {
            if (!exchange.Request.Target.Contains("watch=true", StringComparison.Ordinal))
            {
                await exchange.RespondAsync(200, Http.Samples.List("1", null));
                return;
            }

            await exchange.BeginAsync();
            await exchange.WriteAsync(Http.Samples.Frame("ADDED", Http.Samples.Widget("a")));
            await exchange.StallAsync();
        },
        new ScriptedTls(_authority.IssueServer(Server)));

    private HttpKubernetesClient Client(string proxy) => new(
        Kubeconfigs.Load(_folder, $"server: https://{Server}:6443\ncertificate-authority-data: {Kubeconfigs.Data(_authority.Pem)}\nproxy-url: {proxy}"),
        new HttpKubernetesClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) });

    private static async Task<KubernetesApiException> ErrorAsync(HttpKubernetesClient client) =>
        await Should.ThrowAsync<KubernetesApiException>(() => client.GetAsync<Widget>("a", "games", Cancel));
}
