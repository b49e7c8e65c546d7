using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.HostLife.Stopping;
using Reconciler.Agent.Mapping;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.HostLife.Starting;

/// <summary>
/// Starts what was on this host before it was booted and should run, in the order of <c>startOrder</c>, when no agent is there to do it: the
/// same turns, the same planner, and the same record of what was done.
/// </summary>
/// <remarks>
/// <b>Never a second copy.</b> While the host was down, or while this works and no agent renews the host's Lease, the host may be fenced and its
/// domains be given to another one. Only an agent learns of that in a way that can't be overtaken, so where an API server is configured
/// everything is left to the agent, unless the admin has said that what is kept may be believed; and that holds as long as the API
/// server does not answer, and no longer (docs/decisions/0014).
/// </remarks>
/// <param name="host">The host.</param>
/// <param name="kept">What is kept on it.</param>
/// <param name="mark">Of the host's stop.</param>
/// <param name="apiServer">Null: none is configured.</param>
/// <param name="believeKept">Whether the admin has said that what is kept may be believed.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Told what is done, and what is left to the agent.</param>
internal sealed class HostStart(IXenHost host, KeptDomains kept, HostStopMark mark, ApiServerProbe? apiServer, bool believeKept, TimeProvider time, Action<string> tell)
{
    /// <summary>Longer than an API server takes that is up.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>xenstored and the hypervisor are up before this is begun; the libraries of a slow host may take their time.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(60);

    private readonly StartTurns _turns = new(time);

    public async Task<HostStartResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var problem in kept.Problems) tell($"can't be used, and its domain is left to the agent: {problem}");
        var bootId = await BootIdAsync(cancellationToken);
        if (bootId is null) return new HostStartResult(0, ["the host can't be asked"]);
        mark.Remove();

        var due = kept.All.Where(k => StartTurns.IsDue(k, bootId)).OrderBy(k => k.Order).ThenBy(k => k.Desired.XenName, StringComparer.Ordinal).ToList();
        var others = kept.All.Where(k => !StartTurns.IsDue(k, bootId)).ToList();
        var starting = Allowed(due).Select(k => new Starting(k)).ToList();
        if (starting.Count == 0) return new HostStartResult(0, []);

        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = apiServer?.AskAsync(asking.Token) ?? Task.CompletedTask;
        try
        {
            await AnswerAsync(asked, cancellationToken);
            while (starting.Exists(s => !s.IsSettled) && apiServer is not { HasAnswered: true } && mark.Read(bootId) is null)
            {
                foreach (var one in starting.Where(s => !s.IsSettled && s.Work.IsCompleted)) Begin(one, [.. others, .. starting.Select(s => s.Kept)], bootId, cancellationToken);
                await Task.Delay(Tick, time, cancellationToken);
            }

            await Task.WhenAll(starting.Select(s => s.Work));
        }
        finally
        {
            await asking.CancelAsync();
            await asked;
        }

        if (apiServer is { HasAnswered: true })
        {
            foreach (var one in starting.Where(s => s is { IsSettled: false, Failure: null })) tell($"{one.Kept.Desired.XenName} is left to the agent: the API server can be reached");
        }
        return new HostStartResult(starting.Count(s => s.IsUp), [.. starting.Where(s => s.Failure is not null).Select(s => $"{s.Kept.Desired.XenName}: {s.Failure}")]);
    }

    private async Task AnswerAsync(Task asked, CancellationToken cancellationToken)
    {
        try
        {
            await asked.WaitAsync(AnswerLimit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            tell($"the API server can't be reached ({apiServer!.Problem}): domains are started from what is kept, as --start-from-kept-state says");
        }
    }

    private async Task<string?> BootIdAsync(CancellationToken cancellationToken)
    {
        for (var until = time.GetUtcNow() + FirstLook; ;)
        {
            try
            {
                return (await host.DescribeAsync(cancellationToken)).BootId;
            }
            catch (XenException e)
            {
                tell($"the host can't be asked yet: {Problems.Describe(e)}");
                if (time.GetUtcNow() >= until) return null;
                await Task.Delay(Retry, time, cancellationToken);
            }
        }
    }

    /// <summary>Those that may be started without the API server's word.</summary>
    private List<KeptDomain> Allowed(List<KeptDomain> due)
    {
        List<KeptDomain> allowed = [.. due.Where(k => believeKept || (k.OnlyHost && apiServer is null))];
        foreach (var domain in due.Except(allowed))
            tell($"{domain.Desired.XenName} is left to the agent: another host may have been given the domain, and only the agent can ask the API server in a way that is safe");
        return allowed;
    }

    private void Begin(Starting one, IReadOnlyCollection<KeptDomain> all, string bootId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < one.NotBefore || _turns.WaitOf(one.Kept, all, bootId) is not null) return;
        one.CameAt ??= now;
        one.Work = WorkAsync(one, bootId, cancellationToken);
    }

    private async Task WorkAsync(Starting one, string bootId, CancellationToken cancellationToken)
    {
        try
        {
            var desired = one.Kept.Desired;
            var observed = await host.ObserveAsync(desired.Key, cancellationToken);
            var last = ExitMapping.FromStatus(one.Kept.LastExit);
            var plan = Planner.Plan(desired, observed, one.Kept.Policy, last, time.GetUtcNow());
            var result = await new Executor(host, time).ExecuteAsync(desired.Key, plan, cancellationToken);
            observed = await host.ObserveAsync(desired.Key, cancellationToken);
            if (DomainFindings.LivingOf(observed)?.Mark is { StartedAt: var startedAt } && result.Completed)
            {
                one.IsUp = true;
                one.Settle(one.Kept with { BootId = bootId, StartedAt = startedAt ?? time.GetUtcNow(), LastExit = ExitMapping.ToStatus(Exits.Next(last, desired, observed)) });
                tell($"{desired.XenName} is started");
            }
            else if (plan.Wait?.Reason == WaitReason.Ended)
            {
                one.Settle(one.Kept with { BootId = bootId });
                tell($"{desired.XenName} stays halted: {plan.Wait.Message}");
            }
            else
            {
                Fail(one, result.Error is { } error ? Problems.Describe(error) : plan.Wait?.Message ?? result.Objection ?? "it did not come up");
            }
        }
        catch (XenException e)
        {
            Fail(one, Problems.Describe(e));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            one.Failure = "it was not started any more";
        }
        if (one.IsSettled) kept.Keep(one.Kept);
    }

    /// <summary>It is tried again as long as those after it wait for it, and then left to the agent.</summary>
    private void Fail(Starting one, string why)
    {
        if (one.Failure != why) tell($"{one.Kept.Desired.XenName}: {why}");
        one.Failure = why;
        one.NotBefore = time.GetUtcNow() + Retry;
        one.IsGivenUp = one.NotBefore > one.CameAt + StartTurns.Patience;
    }

    private sealed class Starting(KeptDomain kept)
    {
        public KeptDomain Kept { get; private set; } = kept;

        public DateTimeOffset? CameAt { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        public Task Work { get; set; } = Task.CompletedTask;

        public string? Failure { get; set; }

        public bool IsUp { get; set; }

        public bool IsGivenUp { get; set; }

        public bool IsDealtWith { get; private set; }

        public bool IsSettled => IsDealtWith || IsGivenUp;

        public void Settle(KeptDomain now) => (Kept, IsDealtWith, Failure) = (now, true, null);
    }
}
