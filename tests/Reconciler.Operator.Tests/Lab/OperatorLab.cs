using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(Reconciler.Operator.Tests.Lab.OperatorLab))]

namespace Reconciler.Operator.Tests.Lab;

/// <summary>A real API server, started when the first test asks for it; the kinds and the operator's rights are there, the operator is not.</summary>
public sealed class OperatorLab : IAsyncDisposable
{
    private readonly Lazy<Task<KubeApiServerLab>> _lab;
    private KubeApiServerLab? _started;

    public OperatorLab() => _lab = new Lazy<Task<KubeApiServerLab>>(StartAsync);

    public Task<KubeApiServerLab> StartedAsync() => _lab.Value;

    /// <summary>The kubeconfig of one of the lab's users.</summary>
    public static string Kubeconfig(KubeApiServerLab lab, string user) => Path.Combine(lab.Folder, $"{user}.kubeconfig");

    public async ValueTask DisposeAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
    }

    private async Task<KubeApiServerLab> StartAsync()
    {
        _started = new KubeApiServerLab();
        await _started.InitializeAsync();
        await _started.Kubectl.RunAsync(CancellationToken.None, "apply", "--validate=false", "-f", "crds/", "-f", "tests/lab/kube/rbac.yaml");

        // The rights that are generated, in the place of the lab's own.
        await _started.Kubectl.RunAsync(CancellationToken.None, "apply", "-f", "charts/reconciler/rbac");
        await _started.Kubectl.RunAsync(CancellationToken.None, "wait", "--for=condition=Established", "--timeout=30s", "-f", "crds/");
        return _started;
    }
}
