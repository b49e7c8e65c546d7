using Reconciler.Agent.Hosts;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Agent.HostLife;

/// <summary>Looks for the stop of the host as long as the agent lives.</summary>
internal sealed class HostStopWatch(HostPhase phase, HostReporter reporter) : IOperatorPart, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Leading;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        phase.Changed = reporter.Nudge;
        _running = phase.WatchAsync(_stop.Token);
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
