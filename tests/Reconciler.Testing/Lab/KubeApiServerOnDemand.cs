namespace Reconciler.Testing.Lab;

/// <summary>A real API server for an assembly's tests, started and prepared when the first of them asks for it.</summary>
/// <param name="prepare">What it is to have before a test sees it.</param>
public abstract class KubeApiServerOnDemand(Func<KubeApiServerLab, Task> prepare) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private KubeApiServerLab? _lab;
    private Task<KubeApiServerLab>? _started;

    /// <summary>The server, prepared. Fails for every test alike when it can't be.</summary>
    public Task<KubeApiServerLab> StartedAsync()
    {
        lock (_gate)
            return _started ??= StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_lab is not null)
            await _lab.DisposeAsync();
    }

    private async Task<KubeApiServerLab> StartAsync()
    {
        _lab = new KubeApiServerLab();
        await _lab.InitializeAsync();
        await prepare(_lab);
        return _lab;
    }
}
