using Reconciler.Chart.Tests.Cluster;
using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(ChartCluster))]

namespace Reconciler.Chart.Tests.Cluster;

/// <summary>
/// A real API server, started when the first test asks for it, with the chart installed. There can be one installation in a cluster, so the
/// tests on it are one collection: they run one by one, and each leaves it installed.
/// </summary>
public sealed class ChartCluster : IAsyncDisposable
{
    public const string Name = "Installed chart";

    private readonly Lazy<Task<KubeApiServerLab>> _lab;
    private KubeApiServerLab? _started;

    public ChartCluster() => _lab = new Lazy<Task<KubeApiServerLab>>(StartAsync);

    public Task<KubeApiServerLab> InstalledAsync() => _lab.Value;

    public async ValueTask DisposeAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
    }

    private async Task<KubeApiServerLab> StartAsync()
    {
        _started = new KubeApiServerLab();
        await _started.InitializeAsync();
        await _started.InstallChartAsync(CancellationToken.None);
        return _started;
    }
}
