using Reconciler.Kubernetes.Client;
using Reconciler.Testing.Contract;

namespace Reconciler.Kubernetes.Tests.Lab;

/// <summary>The contract of the client interface, against a real API server.</summary>
[Trait("Category", "Lab")]
public sealed class ContractTests(ClientLab lab) : KubernetesClientContract, IAsyncLifetime
{
    private string? _namespace;

    protected override IKubernetesClient Client => lab.Client;

    protected override string Namespace => _namespace!;

    public async ValueTask InitializeAsync()
    {
        await lab.EnsureStartedAsync();
        _namespace = await lab.Server.CreateNamespaceAsync(Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
