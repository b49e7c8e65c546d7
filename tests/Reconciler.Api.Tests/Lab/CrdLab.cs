using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(Reconciler.Api.Tests.Lab.CrdLab))]

namespace Reconciler.Api.Tests.Lab;

/// <summary>A real API server with this project's kinds, started when the first test asks for it.</summary>
public sealed class CrdLab : IAsyncDisposable
{
    private readonly Lazy<Task<KubeApiServerLab>> _lab;
    private KubeApiServerLab? _started;

    public CrdLab() => _lab = new Lazy<Task<KubeApiServerLab>>(StartAsync);

    /// <summary>The server, its kinds established and served.</summary>
    public Task<KubeApiServerLab> StartedAsync() => _lab.Value;

    public static HttpKubernetesClient Connect(KubeApiServerLab lab) => new(KubernetesConfig.Load(lab.KubeconfigFile));

    public async ValueTask DisposeAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
    }

    private async Task<KubeApiServerLab> StartAsync()
    {
        _started = new KubeApiServerLab();
        await _started.InitializeAsync();

        // A server that is older than rules (1.25) drops them, but kubectl asks before it sends them.
        await _started.Kubectl.RunAsync(CancellationToken.None, "apply", "--validate=false", "-f", "crds/");
        await _started.Kubectl.RunAsync(CancellationToken.None, "wait", "--for=condition=Established", "--timeout=30s", "-f", "crds/");
        foreach (var kind in new[] { "domain", "vbd", "vif", "xenhost", "xennetwork", "xenstoragepool" }) await DescribedAsync(_started, kind);
        return _started;
    }

    /// <summary>The server publishes the schemas some time after it serves the kinds, one by one, and says nowhere when it has.</summary>
    private static async Task DescribedAsync(KubeApiServerLab lab, string kind)
    {
        for (var tries = 60; ; tries--)
        {
            var explained = await lab.Kubectl.TryRunAsync(CancellationToken.None, "explain", kind);
            if (explained.Succeeded) return;
            if (tries == 0) explained.OutputOrThrow();
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }
}
