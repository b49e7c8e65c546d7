using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Domains;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.HostLife.Stopping;

/// <summary>
/// Shuts the domains of this host down, because the host stops: cleanly, in the reverse of <c>startOrder</c>, within one budget. Needs neither
/// an API server nor an agent.
/// </summary>
/// <remarks>
/// <para><b>Flow.</b> The mark first, so that an agent stands back; then what was under way on any domain is waited for; then one order after
/// the other, the highest first, each as soon as the one before is down and its delays are over.</para>
/// <para><b>Guarantees.</b> A domain is asked only when every one of a higher order is down, or has had its share of the budget
/// (<see cref="StopShare"/>). One that is not down by then is destroyed where <c>shutdown.onTimeout</c> says so, and waited for beside the
/// others otherwise. Foreign domains, and those with <c>onHostStop: Ignore</c>, are not touched. It ends within the budget, and one
/// operation of the host.</para>
/// <para><b>Assumptions.</b> Nothing is remembered but what is on the host: begun again after a crash it goes on with what it finds, to the
/// deadline that it had.</para>
/// </remarks>
internal sealed class HostStop(IXenHost host, KeptDomains kept, HostStopMark mark, TimeProvider time, Action<string> tell) : IDisposable
{
    /// <summary>Operations at the same time.</summary>
    private const int Workers = 8;

    private const int Named = 5;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>A host that can't be asked even once is none with domains to shut down, or beyond help: the machine is not to wait for it.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(30);

    /// <summary>An agent may have looked for the mark just before it was there, and have a step in hand: it is on the host by then.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, StoppingDomain> _domains = [];
    private readonly SemaphoreSlim _workers = new(Workers);
    private readonly HashSet<Guid> _leftAlone = [];
    private DateTimeOffset _toldAt;
    private string? _blind;
    private int? _order;
    private double _scale = 1;

    /// <param name="budget">All the time that there is.</param>
    /// <param name="cancellationToken">Ends it now; what runs is said.</param>
    public async Task<HostStopResult> RunAsync(TimeSpan budget, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        foreach (var problem in kept.Problems) tell($"can't be used, and the defaults hold for its domain: {problem}");
        if (await BootIdAsync(began + Min(FirstLook, budget), cancellationToken) is not { } bootId)
            return new HostStopResult(0, [$"the host can't be asked: {_blind}"]);

        var deadline = Mark(bootId, began, budget, out var resumed);
        var transitionsUntil = began + Min((deadline - began) / 4, TimeSpan.FromSeconds(60));
        while (true)
        {
            var now = time.GetUtcNow();
            if (now >= deadline || cancellationToken.IsCancellationRequested) break;
            var busy = await LookAsync(resumed, cancellationToken);
            if (busy is not null)
            {
                now = time.GetUtcNow();
                if (_order is not null || busy.Count == 0 || now >= transitionsUntil) NextOrder(now, deadline);
                foreach (var domain in _domains.Values.Where(d => d.Order >= _order)) Begin(domain, deadline, cancellationToken);
                if (busy.Count == 0 && now >= began + Settle && _domains.Values.All(d => d.IsDown)) return Result();
            }
            Tell(now, deadline, busy ?? []);
            await Task.Delay(now < deadline ? Min(Tick, deadline - now) : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        // Each is killed at its own limit, if it comes to that; what it was doing is not cut in two.
        await Task.WhenAll(_domains.Values.Select(d => d.Work));
        await LookAsync(resumed, CancellationToken.None);
        return Result();
    }

    /// <inheritdoc/>
    public void Dispose() => _workers.Dispose();

    private async Task<string?> BootIdAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return (await host.DescribeAsync(cancellationToken)).BootId;
            }
            catch (XenException e)
            {
                _blind = Problems.Describe(e);
                if (time.GetUtcNow() + Retry >= until) return null;
                await Task.Delay(Retry, time, cancellationToken);
            }
        }
    }

    /// <summary>Tells the agent. One that was there before, of a run that was cut short, has the deadline.</summary>
    private DateTimeOffset Mark(string bootId, DateTimeOffset now, TimeSpan budget, out bool resumed)
    {
        resumed = false;
        try
        {
            if (mark.Read(bootId) is { } before && before.Deadline > now && before.Deadline < DateTimeOffset.MaxValue)
            {
                resumed = true;
                tell("goes on with a stop that was cut short");
                return before.Deadline;
            }
            mark.Write(bootId, new HostStopOrder(now, now + budget));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tell($"the agent, if it runs, can't be told to stand back: {e.Message}");
        }
        return now + budget;
    }

    /// <summary>Looks at all domains.</summary>
    /// <returns>Xen names of those that something is under way on; null: the host could not be asked.</returns>
    private async Task<IReadOnlyList<string>?> LookAsync(bool resumed, CancellationToken cancellationToken)
    {
        try
        {
            var first = _domains.Count == 0 && _leftAlone.Count == 0;
            var seen = (await host.ObserveAllAsync(cancellationToken)).Where(d => d.Ownership != DomainOwnership.Foreign).ToLookup(d => d.Uuid);
            var now = time.GetUtcNow();
            foreach (var uuid in seen.Select(d => d.Key).Where(uuid => !_domains.ContainsKey(uuid) && !_leftAlone.Contains(uuid))) Meet(new StoppingDomain(uuid, kept.Find(uuid)));
            // After a crash it is not known for how long those were down: their delays begin anew.
            if (first && resumed)
                foreach (var domain in kept.All.Where(k => k.IsWanted && k.OnHostStop == HostStopAction.Shutdown && !seen.Contains(k.Desired.Uuid))) Meet(new StoppingDomain(domain.Desired.Uuid, domain));
            foreach (var domain in _domains.Values) domain.See([.. seen[domain.Uuid].OrderBy(d => d.Domid)], now);

            List<string> busy = [.. seen.SelectMany(d => d).Where(d => d.OperationInProgress).Select(d => d.XenName ?? d.Uuid.ToString()).Distinct()];
            foreach (var domain in kept.All.Where(k => k.IsWanted && !seen.Contains(k.Desired.Uuid)))
            {
                if ((await host.ObserveAsync(domain.Desired.Key, cancellationToken)).OperationInProgress) busy.Add(domain.Desired.XenName);
            }
            _blind = null;
            return busy;
        }
        catch (XenException e)
        {
            _blind = Problems.Describe(e);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private void Meet(StoppingDomain domain)
    {
        if (!domain.IsLeftAlone)
        {
            _domains.Add(domain.Uuid, domain);
            return;
        }
        _leftAlone.Add(domain.Uuid);
        tell($"{domain.XenName} is left running, as its onHostStop says");
    }

    /// <summary>Begins the next lower order when all above it are down, or have had their share, and their delays are over.</summary>
    private void NextOrder(DateTimeOffset now, DateTimeOffset deadline)
    {
        if (_domains.Values.Where(d => !d.IsDown && !(d.WaitUntil <= now)).Select(d => (int?)d.Order).Max() is not { } next || next >= _order) return;
        if (_domains.Values.Any(d => d.Order > next && d.DownAt + (d.Delay * _scale) > now)) return;

        var toCome = _domains.Values.Where(d => !d.IsDown && d.Order <= next).GroupBy(d => d.Order).OrderByDescending(g => g.Key).ToArray();
        var share = StopShare.Of([.. toCome.Select(g => (g.Max(d => d.Policy.ShutdownGracePeriod), g.Max(d => d.Delay)))], deadline - now);
        (_order, _scale) = (next, share.Scale);
        foreach (var domain in toCome[0])
        {
            domain.AskUntil = now + share.Grace;
            domain.WaitUntil = now + share.Grace + share.Teardown;
        }
        tell($"order {next}: {Names(toCome[0])} {(toCome[0].Count() == 1 ? "has" : "have")} {Seconds(share.Grace)} to power off"
            + (share.Scale < 1 ? ", less than asked for: the budget is too small" : ""));
    }

    /// <summary>Begins what is to be done about a domain next, beside the others: one that hangs keeps nobody waiting.</summary>
    private void Begin(StoppingDomain domain, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (domain.IsDown || !domain.Work.IsCompleted || now < domain.NotBefore) return;
        // One that came up late, in a start that was under way, has what is left of its order's time.
        domain.AskUntil ??= _domains.Values.Where(d => d.Order == _order).Max(d => d.AskUntil) ?? deadline;
        domain.WaitUntil ??= domain.AskUntil;
        var observed = new Observation { At = now, Domains = domain.All };
        if (kept.Find(domain.Uuid) is { } last && Exits.Next(ExitMapping.FromStatus(last.LastExit), last.Desired, observed) is { Followed: false } exit)
            kept.Keep(last with { LastExit = ExitMapping.ToStatus(exit) }); // before its only witness is cleared away
        var plan = Planner.Plan(desired: null, observed, domain.PolicyAt(now), lastExit: null, now);
        if (plan.Steps.Count > 0) domain.Work = WorkAsync(domain, plan, cancellationToken);
    }

    private async Task WorkAsync(StoppingDomain domain, Plan plan, CancellationToken cancellationToken)
    {
        await _workers.WaitAsync(CancellationToken.None);
        try
        {
            foreach (var step in plan.Steps.OfType<Step.Destroy>().Where(s => s.Cause == DestroyCause.GracePeriodExpired)) tell($"{domain.XenName} has not powered off in time and is destroyed, as its shutdown.onTimeout says (domid {step.Domain.Domid})");
            var result = await new Executor(host, time).ExecuteAsync(new DomainKey(domain.Uuid, domain.XenName), plan, cancellationToken);
            domain.Failure = result.Error is { } error ? Problems.Describe(error) : null;
            if (!result.Completed) domain.NotBefore = time.GetUtcNow() + Retry;
        }
        catch (Exception e)
        {
            // Whatever it is: it must not keep the other domains from being shut down.
            (domain.Failure, domain.NotBefore) = (e.Message, time.GetUtcNow() + Retry);
        }
        finally
        {
            _workers.Release();
        }
    }

    private void Tell(DateTimeOffset now, DateTimeOffset deadline, IReadOnlyList<string> busy)
    {
        if (now < _toldAt + TellEvery) return;
        _toldAt = now;
        var up = _domains.Values.Where(d => !d.IsDown).ToArray();
        var what = _blind is { } blind ? $"the host can't be asked: {blind}"
            : _order is null && busy.Count > 0 ? $"waiting for what is under way on {Shorten(busy)}"
            : up.Any(d => d.Order >= _order) ? $"order {_order}: waiting for {Names(up.Where(d => d.Order >= _order))}"
            : up.Length > 0 ? $"order {_order} is down, and its delay passes"
            : "looking for what comes up late";
        tell($"{_domains.Count - up.Length} of {_domains.Count} down, {Seconds(deadline - now)} left; {what}");
    }

    private HostStopResult Result() => new(
        _domains.Values.Count(d => d.IsDown),
        [.. _domains.Values.Where(d => !d.IsDown).OrderBy(d => d.XenName, StringComparer.Ordinal).Select(Why), .. _blind is { } blind ? (string[])[$"the host can't be asked: {blind}"] : []]);

    private string Why(StoppingDomain domain) => domain switch
    {
        { Failure: { } failure } => $"{domain.XenName}: {failure}",
        { AskUntil: null } => $"{domain.XenName}: its turn did not come before the budget ended",
        { Policy.OnShutdownTimeout: OnShutdownTimeout.Wait } => $"{domain.XenName}: it has not powered off, and its shutdown.onTimeout is Wait",
        { Seen: null } => $"{domain.XenName}: the hypervisor is still tearing it down",
        { Seen.OperationInProgress: true } => $"{domain.XenName}: an operation on it has not ended",
        _ => $"{domain.XenName}: it has not powered off",
    };

    private static string Names(IEnumerable<StoppingDomain> domains) => Shorten([.. domains.Select(d => d.XenName).Order(StringComparer.Ordinal)]);

    private static string Shorten(IReadOnlyList<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");

    private static string Seconds(TimeSpan time) => $"{Math.Max(0, Math.Ceiling(time.TotalSeconds)):0} s";

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
