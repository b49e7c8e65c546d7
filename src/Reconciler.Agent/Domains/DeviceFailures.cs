using System.Collections.Concurrent;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Domains;

/// <summary>Keeps, of one execution, what failed about which device: steps about different devices run side by side, and each may fail.</summary>
internal sealed class DeviceFailures(IStepObserver? next) : IStepObserver
{
    private readonly ConcurrentDictionary<DeviceRef, XenException> _failures = new();

    public IReadOnlyDictionary<DeviceRef, XenException> ByDevice => _failures;

    /// <inheritdoc/>
    public void StepStarting(DomainKey key, Step step) => next?.StepStarting(key, step);

    /// <inheritdoc/>
    public void StepEnded(DomainKey key, Step step, StepOutcome outcome)
    {
        if (step.About is { } device && outcome.Error is { } error) _failures[device] = error;
        next?.StepEnded(key, step, outcome);
    }
}
