using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Execution;

/// <summary>Carries out a plan on a host, step by step.</summary>
/// <remarks>
/// <para>One after the other, but for adjacent steps about different devices: these run side by side, and the failure of one does not
/// stop the others. The first of them that was not done, in the order of the plan, is the one that the result tells of; the observer is
/// told of each. Those that the host still lets wait after <see cref="Turn"/>, when another has ended, are not begun any more: the
/// caller tells what was done, hears what is wanted now, and plans the rest anew.</para>
/// <para>Stops at the first step that fails, that no longer applies, or before which it was cancelled. Nothing is rolled back and nothing
/// tried again: the caller observes and plans afresh, which is the same as after a crash.</para>
/// <para>A step that has started is not cancelled: the port finishes it or kills it at the operation's own limit.</para>
/// </remarks>
public sealed class Executor(IXenHost host, TimeProvider time, IStepObserver? observer = null, FailPoint? failPoint = null)
{
    /// <summary>For how long steps that run side by side are begun; for longer while none of them has ended.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(10);

    /// <summary>Never throws for a failure of the host, nor for cancellation: both are in the result.</summary>
    public async Task<ExecutionResult> ExecuteAsync(DomainKey key, Plan plan, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var done = new List<Step>(plan.Steps.Count);
        int? created = null;

        foreach (var group in SideBySide(plan.Steps))
        {
            if (cancellationToken.IsCancellationRequested)
                return new ExecutionResult(done) { Stopped = group[0], StopReason = StopReason.Cancelled, CreatedDomid = created };

            var first = done.Count == 0;
            var outcomes = await RunSideBySideAsync(key, group, created, first, cancellationToken);

            created ??= outcomes[0].CreatedDomid;
            done.AddRange(group.Where((_, i) => outcomes[i].Succeeded));
            var postponed = Array.FindIndex(outcomes, o => o.StopReason is StopReason.Postponed);
            var stopped = Array.FindIndex(outcomes, o => o.StopReason is not (null or StopReason.Postponed));
            if (stopped < 0) stopped = postponed;
            if (stopped < 0)
                continue;
            var outcome = outcomes[stopped];
            return new ExecutionResult(done)
            {
                Stopped = group[stopped],
                StopReason = outcome.StopReason,
                Error = outcome.Error,
                Objection = outcome.Objection,
                CreatedDomid = created,
                HasPostponed = postponed >= 0,
            };
        }
        return new ExecutionResult(done) { CreatedDomid = created };
    }

    private static IEnumerable<List<Step>> SideBySide(IReadOnlyList<Step> steps)
    {
        List<Step> group = [];
        foreach (var step in steps)
        {
            if (group.Count > 0 && (step.About is null || group.Exists(s => s.About is null || s.About == step.About)))
            {
                yield return group;
                group = [];
            }
            group.Add(step);
        }
        if (group.Count > 0)
            yield return group;
    }

    private async Task<StepOutcome[]> RunSideBySideAsync(DomainKey key, List<Step> group, int? created, bool first, CancellationToken cancellationToken)
    {
        using var postpone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var turn = new CancellationTokenSource(Turn, time);
        var runs = group.ConvertAll(step => RunAsync(key, step, created, first, postpone.Token, cancellationToken));
        var all = Task.WhenAll(runs);
        await Task.WhenAny(runs);
        await ((Task)all.WaitAsync(turn.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await postpone.CancelAsync();
        return await all;
    }

    /// <param name="key">The domain.</param>
    /// <param name="step">The step.</param>
    /// <param name="created">The domid of a domain that an earlier step has created.</param>
    /// <param name="first">Whether no step of the plan was done before.</param>
    /// <param name="begin">Cancelled when it is not to be begun any more, whatever the reason.</param>
    /// <param name="cancellationToken">Cancelled when nothing is.</param>
    private async Task<StepOutcome> RunAsync(DomainKey key, Step step, int? created, bool first, CancellationToken begin, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        observer?.StepStarting(key, step);
        failPoint?.Reached($"before:{step.Name}");
        var outcome = await TryAsync(key, step, created, first, begin);
        if (outcome.StopReason is StopReason.Cancelled && !cancellationToken.IsCancellationRequested) outcome = outcome with { StopReason = StopReason.Postponed };
        failPoint?.Reached($"after:{step.Name}");
        outcome = outcome with { Duration = time.GetElapsedTime(started) };
        observer?.StepEnded(key, step, outcome);
        return outcome;
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
            case Step.Adopt s:
                await host.AdoptAsync(s.Found, s.Domain, cancellationToken);
                return null;
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
            case Step.ConfigureNic s:
                await host.ConfigureNicAsync(s.Domain, s.Nic, cancellationToken);
                return null;
            case Step.RequestDetach s:
                await host.RequestDetachAsync(s.Domain, s.Device, cancellationToken);
                return null;
            case Step.Detach s:
                await host.DetachAsync(s.Domain, s.Device, force: s.Cause is DetachCause.TimeoutExpired, cancellationToken);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static DomainRef JustCreated(DomainKey key, int? domid) =>
        new(key.Uuid, domid ?? throw new InvalidOperationException("The plan lets a domain run that no earlier step of it made."));
}
