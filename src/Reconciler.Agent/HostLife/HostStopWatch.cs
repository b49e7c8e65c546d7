using Reconciler.Agent.Hosts;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Agent.HostLife;

/// <summary>Looks for the stop of the host as long as the agent lives.</summary>
internal sealed class HostStopWatch(HostPhase phase, HostReporter reporter) : OperatorLoop(OperatorPartOrder.Leading)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        phase.Changed = reporter.Nudge;
        return phase.WatchAsync(cancellationToken);
    }
}
