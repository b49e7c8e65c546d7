using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Contract;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Lab;

/// <summary>A connection over which nothing comes any more, and nobody says so. In a class of its own: it waits for pings, and others need not.</summary>
[Trait("Category", "Lab")]
public sealed class HalfOpenConnectionTests(ClientLab lab) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Semantics_06_A_watch_on_a_half_open_connection_is_ended_by_an_unanswered_ping_and_the_next_goes_on_over_another()
    {
        await lab.EnsureStartedAsync();
        var folder = await lab.Server.CreateNamespaceAsync(Cancel);
        await using var proxy = new FaultProxy(lab.Server.Url.Host, lab.Server.Url.Port);
        var config = KubernetesConfig.Load(_folder.Write("config", Kubeconfigs.Text(
            $"server: https://127.0.0.1:{proxy.Port}\ncertificate-authority: {lab.Server.CertificateAuthorityFile}", $"token: {lab.Server.AdminToken}")));
        using var client = new HttpKubernetesClient(config, new HttpKubernetesClientOptions { PingDelay = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(10) });

        // Without a timeout of its own: nothing but the ping can end it.
        var options = new WatchOptions { Namespace = folder };
        await using var watch = client.WatchAsync<Widget>(options, Cancel).GetAsyncEnumerator(Cancel);
        await CreateAsync("before");
        (await watch.MoveNextAsync()).ShouldBeTrue();
        var seen = watch.Current.Object!.Metadata;
        seen.Name.ShouldBe("before");

        proxy.Forget();
        await CreateAsync("after");
        var lost = await Should.ThrowAsync<KubernetesApiException>(() => watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2), Cancel));
        lost.IsTransient.ShouldBeTrue();
        lost.Message.ShouldContain("the connection was lost");

        await using var next = client.WatchAsync<Widget>(options with { ResourceVersion = seen.ResourceVersion }, Cancel).GetAsyncEnumerator(Cancel);
        (await next.MoveNextAsync()).ShouldBeTrue();
        next.Current.Object!.Metadata.Name.ShouldBe("after");

        Task CreateAsync(string name) =>
            lab.Client.CreateAsync(new Widget { Metadata = new ObjectMeta { Name = name, Namespace = folder }, Spec = new WidgetSpec { Size = "1Gi" } }, Cancel);
    }
}
