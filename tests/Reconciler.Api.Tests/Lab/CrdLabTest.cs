using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Lab;

namespace Reconciler.Api.Tests.Lab;

/// <summary>A test on a real API server with this project's kinds, in a namespace of its own.</summary>
public abstract class CrdLabTest(CrdLab fixture) : IAsyncLifetime
{
    protected KubeApiServerLab Lab { get; private set; } = null!;

    protected HttpKubernetesClient Client { get; private set; } = null!;

    protected string Namespace { get; private set; } = "";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Lab = await fixture.StartedAsync();
        Client = CrdLab.Connect(Lab);
        Namespace = await Lab.CreateNamespaceAsync(Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}
