using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;
using Reconciler.Testing.Lab;

namespace Reconciler.Kubernetes.Tests.Lab;

/// <summary>The real API server of these tests, with the kind of the contract installed. Starts when the first lab test asks for it.</summary>
public sealed class ClientLab : IAsyncDisposable
{
    private readonly Lazy<Task> _started;
    private HttpKubernetesClient? _client;

    public ClientLab() => _started = new Lazy<Task>(StartAsync);

    public KubeApiServerLab Server { get; } = new();

    /// <summary>A client with the administrator's token.</summary>
    internal HttpKubernetesClient Client => _client ?? throw new InvalidOperationException("call EnsureStartedAsync first");

    public Task EnsureStartedAsync() => _started.Value;

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_started.IsValueCreated) await Server.DisposeAsync();
    }

    private async Task StartAsync()
    {
        await Server.InitializeAsync();
        await Server.Kubectl.ApplyAsync(Widget.DefinitionYaml, CancellationToken.None);
        await Server.Kubectl.RunAsync(CancellationToken.None, "wait", "--for=condition=Established", "crd/widgets.contract.reconciler.dev");
        _client = new HttpKubernetesClient(KubernetesConfig.Load(Server.KubeconfigFile));
    }
}
