using Reconciler.Runtime.Hosting;

namespace Reconciler.Agent.Hosts;

/// <summary>Runs the <see cref="HostReporter"/> with the agent.</summary>
internal sealed class HostReporting(HostReporter reporter) : IOperatorPart, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Leading;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = reporter.RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
