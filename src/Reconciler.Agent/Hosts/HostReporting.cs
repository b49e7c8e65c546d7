using Reconciler.Runtime.Hosting;

namespace Reconciler.Agent.Hosts;

/// <summary>Runs the <see cref="HostReporter"/> with the agent.</summary>
internal sealed class HostReporting(HostReporter reporter) : OperatorLoop(OperatorPartOrder.Leading)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken cancellationToken) => reporter.RunAsync(cancellationToken);
}
