using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Execution;

/// <summary>Carries out a plan on a host, step by step.</summary>
/// <remarks>
/// <para>Stops at the first step that fails, that no longer applies, or before which it was cancelled. Nothing is rolled back and nothing
/// tried again: the caller observes and plans afresh, which is the same as after a crash.</para>
/// <para>A step that has started is not cancelled: the port finishes it or kills it at the operation's own limit.</para>
/// </remarks>
public sealed class Executor(IXenHost host, TimeProvider time, IStepObserver? observer = null)
{
    /// <summary>Never throws for a failure of the host, nor for cancellation: both are in the result.</summary>
    public async Task<ExecutionResult> ExecuteAsync(DomainKey key, Plan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var done = new List<Step>(plan.Steps.Count);
        int? created = null;

        foreach (var step in plan.Steps)
        {
            if (cancellationToken.IsCancellationRequested)
                return new ExecutionResult(done) { Stopped = step, StopReason = StopReason.Cancelled, CreatedDomid = created };

            var started = time.GetTimestamp();
            observer?.StepStarting(key, step);
            var outcome = await TryAsync(key, step, created, done.Count == 0, cancellationToken);
            observer?.StepEnded(key, step, outcome with { Duration = time.GetElapsedTime(started) });

            created ??= outcome.CreatedDomid;
            if (outcome.StopReason is { } reason)
                return new ExecutionResult(done) { Stopped = step, StopReason = reason, Error = outcome.Error, Objection = outcome.Objection, CreatedDomid = created };
            done.Add(step);
        }
        return new ExecutionResult(done) { CreatedDomid = created };
    }

    private async Task<StepOutcome> TryAsync(DomainKey key, Step step, int? created, bool first, CancellationToken cancellationToken)
    {
        try
        {
            if (Guard.NeedsLook(step, first))
            {
                var observed = await host.ObserveAsync(key, cancellationToken);
                if (Guard.Objection(step, observed) is { } objection)
                    return new StepOutcome { StopReason = StopReason.NoLongerApplies, Objection = objection };
            }
            return new StepOutcome { CreatedDomid = await ActAsync(key, step, created, cancellationToken) };
        }
        catch (XenException e)
        {
            return new StepOutcome { StopReason = StopReason.Failed, Error = e };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The port honours cancellation only before it has touched the host.
            return new StepOutcome { StopReason = StopReason.Cancelled };
        }
    }

    private async Task<int?> ActAsync(DomainKey key, Step step, int? created, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case Step.CreatePaused s:
                return await host.CreatePausedAsync(s.Domain, cancellationToken);
            case Step.Unpause s:
                await host.UnpauseAsync(s.Domain ?? JustCreated(key, created), cancellationToken);
                return null;
            case Step.Pause s:
                await host.PauseAsync(s.Domain, cancellationToken);
                return null;
            case Step.RequestShutdown s:
                await host.RequestShutdownAsync(s.Domain, cancellationToken);
                return null;
            case Step.WithdrawShutdown s:
                await host.WithdrawShutdownAsync(s.Domain, cancellationToken);
                return null;
            case Step.Destroy s:
                await host.DestroyAsync(s.Domain, cancellationToken);
                return null;
            case Step.AttachDisk s:
                await host.AttachDiskAsync(s.Domain, s.Disk, cancellationToken);
                return null;
            case Step.AttachNic s:
                await host.AttachNicAsync(s.Domain, s.Nic, cancellationToken);
                return null;
            case Step.RequestDetach s:
                await host.RequestDetachAsync(s.Domain, s.Device, cancellationToken);
                return null;
            case Step.Detach s:
                await host.DetachAsync(s.Domain, s.Device, force: s.Cause is not DetachCause.Closed, cancellationToken);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static DomainRef JustCreated(DomainKey key, int? domid) =>
        new(key.Uuid, domid ?? throw new InvalidOperationException("The plan lets a domain run that no earlier step of it made."));
}
