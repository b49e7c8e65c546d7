using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;
using Reconciler.Testing.Lab;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>A real API server that knows widgets.</summary>
public sealed class RealServer : IAsyncLifetime
{
    private HttpKubernetesClient? _client;

    public KubeApiServerLab Lab { get; } = new();

    public IKubernetesClient Client => _client!;

    public async ValueTask InitializeAsync()
    {
        await Lab.InitializeAsync();
        await Lab.Kubectl.ApplyAsync(Widget.DefinitionYaml, CancellationToken.None);
        await Lab.Kubectl.RunAsync(CancellationToken.None, "wait", "--for=condition=Established", "crd/widgets.contract.reconciler.dev", "--timeout=30s");
        _client = new HttpKubernetesClient(KubernetesConfig.Load(Lab.KubeconfigFile));
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        await Lab.DisposeAsync();
    }
}
