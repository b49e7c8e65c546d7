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
/// <b>Never a second copy.</b> While the host was down its domains may have been given to another one. So a domain is started only on the
/// word of the API server that this host still holds it, heard after the boot; without that only where no other host could have been given it,
/// or where the admin has said that what is kept may be believed (docs/decisions/0014).
/// </remarks>
internal sealed class HostStart(IXenHost host, KeptDomains kept, HostStopMark mark, ApiWord? word, bool believeKept, TimeProvider time, Action<string> tell)
{
    /// <summary>Longer than an API server takes that is up.</summary>
    public static readonly TimeSpan WordLimit = TimeSpan.FromSeconds(30);

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
        var allowed = await AllowedAsync(due, cancellationToken);
        var starting = allowed.Select(k => new Starting(k)).ToList();
        var others = kept.All.Where(k => !StartTurns.IsDue(k, bootId)).ToList();
        while (starting.Exists(s => !s.IsSettled) && mark.Read(bootId) is null)
        {
            foreach (var one in starting.Where(s => !s.IsSettled && s.Work.IsCompleted)) Begin(one, [.. others, .. starting.Select(s => s.Kept)], bootId, cancellationToken);
            await Task.Delay(Tick, time, cancellationToken);
        }

        await Task.WhenAll(starting.Select(s => s.Work));
        return new HostStartResult(starting.Count(s => s.IsUp), [.. starting.Where(s => s.Failure is not null).Select(s => $"{s.Kept.Desired.XenName}: {s.Failure}")]);
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

    /// <summary>Those that no other host can have, as far as it is known here.</summary>
    private async Task<List<KeptDomain>> AllowedAsync(List<KeptDomain> due, CancellationToken cancellationToken)
    {
        List<KeptDomain> doubtful = [.. due.Where(k => !k.OnlyHost)];
        if (doubtful.Count == 0) return due;
        var held = word is null ? null : await word.HeldAsync(doubtful, WordLimit, cancellationToken);
        foreach (var domain in doubtful)
        {
            if (held is null && !believeKept) tell($"{domain.Desired.XenName} is left to the agent: the API server was not heard since the host's boot, and another host may have been given the domain");
            else if (held?.Contains(domain.Desired.Uuid) == false) tell($"{domain.Desired.XenName} is not started: the API server does not ask for it here any more");
            else continue;
            due.Remove(domain);
        }
        return due;
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
