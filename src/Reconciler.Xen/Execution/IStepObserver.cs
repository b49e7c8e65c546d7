using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Execution;

/// <summary>Sees every step, for the log line, the metric and the span that each of them leaves.</summary>
/// <remarks>
/// Called on the step's own flow of control: an <see cref="System.Diagnostics.Activity"/> started in the first is current during the step.
/// Steps that run side by side call from several threads.
/// </remarks>
public interface IStepObserver
{
    void StepStarting(DomainKey key, Step step);

    void StepEnded(DomainKey key, Step step, StepOutcome outcome);
}
