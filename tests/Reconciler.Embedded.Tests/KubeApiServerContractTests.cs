using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;
using Reconciler.Testing.Lab;

namespace Reconciler.Embedded.Tests;

/// <summary>The same contract on a real API server, through the HTTP client: what the embedded store must be like.</summary>
[Trait("Category", "Lab")]
public sealed class KubeApiServerContractTests(WidgetServer server) : KubernetesClientContract, IClassFixture<WidgetServer>, IAsyncLifetime
{
    private string? _namespace;

    protected override IKubernetesClient Client => server.Client;

    protected override string Namespace => _namespace!;

    public async ValueTask InitializeAsync() => _namespace = await server.Lab.CreateNamespaceAsync(Cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A real API server with the kind that the contract is about.</summary>
public sealed class WidgetServer : IAsyncLifetime
{
    private HttpKubernetesClient? _client;

    public KubeApiServerLab Lab { get; } = new();

    public IKubernetesClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        await Lab.InitializeAsync();
        await Lab.Kubectl.ApplyAsync(Widget.DefinitionYaml, CancellationToken.None);
        await Lab.Kubectl.RunAsync(
            CancellationToken.None, "wait", "--for=condition=Established", "crd/widgets.contract.reconciler.dev", "--timeout=30s");
        _client = new HttpKubernetesClient(KubernetesConfig.Load(Lab.KubeconfigFile));
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await Lab.DisposeAsync();
    }
}
