using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(Reconciler.Operator.Tests.Lab.OperatorLab))]

namespace Reconciler.Operator.Tests.Lab;

/// <summary>A real API server, started when the first test asks for it; the chart is installed there, and the operator is not running.</summary>
public sealed class OperatorLab : IAsyncDisposable
{
    private readonly Lazy<Task<KubeApiServerLab>> _lab;
    private KubeApiServerLab? _started;

    public OperatorLab() => _lab = new Lazy<Task<KubeApiServerLab>>(StartAsync);

    public Task<KubeApiServerLab> StartedAsync() => _lab.Value;

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
