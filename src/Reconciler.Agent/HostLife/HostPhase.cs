using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.HostLife.Starting;
using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.HostLife.Stopping;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.HostLife;

/// <summary>
/// Where this host is in its life, for an agent: just booted, running, or stopping. Holds domains back while the host stops, and until
/// their turn when it has started; and keeps what the programs of the host need to do the same without an agent.
/// </summary>
internal sealed partial class HostPhase(KeptDomains kept, HostStopMark mark, IXenHost host, Store<Domain> domains, bool onlyHost, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How often the mark is looked for. A look is one stat(2).</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly HostBoot _boot = new(host);
    private readonly StartTurns _turns = new(time);
    private readonly Channel<ObjectKey> _keys = Channel.CreateUnbounded<ObjectKey>();
    private readonly HashSet<string> _toldProblems = new(StringComparer.Ordinal);
    private readonly HashSet<ObjectKey> _waiting = [];
    private CancellationTokenSource _stopping = new();

    /// <summary>Cancelled when the host begins to stop: no step is begun after that.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Calls back when the host begins to stop, and when it does not stop after all.</summary>
    public Action? Changed { get; set; }

    /// <summary>Whether this host is stopping.</summary>
    public async ValueTask<bool> IsStoppingAsync(CancellationToken cancellationToken) =>
        mark.Exists && mark.Read(await _boot.IdAsync(cancellationToken)) is not null;

    /// <summary>Why nothing is to be done about a domain now; null: nothing of the host is in the way.</summary>
    /// <exception cref="XenException">The host can't be asked.</exception>
    public async Task<HeldBack?> HoldAsync(DomainFindings findings, CancellationToken cancellationToken)
    {
        if (findings.Plan is not { IsConverged: false } plan) return null;
        if (await IsStoppingAsync(cancellationToken))
            return new HeldBack(new Problem(ReadyCondition.HostStopping, "Its host is stopping: it is shut down there in its turn, and nothing is started or changed before the host has started again."));
        if (findings.Desired is not { } desired || !plan.Steps.Any(s => s is Step.CreatePaused) || kept.Find(desired.Uuid) is not { } last) return null;

        var bootId = await _boot.IdAsync(cancellationToken);
        // As the spec says now, whatever it said before.
        var now = KeptDomain.Of(findings.Object.Spec!, desired, findings.Exit, last.BootId);
        if (last.IsWanted && last.BootId != bootId && now.OnHostStart == HostStartAction.Ignore)
            return new HeldBack(new Problem(ReadyCondition.NotStartedWithHost, "Its host was started anew, and onHostStart is Ignore. To start it, set powerState to Halted and then to Running."));
        if (_turns.WaitOf(now, kept.All, bootId) is not { } turn) return null;
        lock (_waiting) _waiting.Add(ObjectKey.Of(findings.Object));
        return new HeldBack(new Problem(ReadyCondition.WaitingForStartOrder, turn.Message), turn.Until);
    }

    /// <summary>Keeps what a pass has come to. Of a domain that was held back, nothing new is known.</summary>
    public async Task KeepAsync(DomainFindings findings, CancellationToken cancellationToken)
    {
        if (findings.Object.Metadata is { DeletionTimestamp: not null, Uid: { } uid } && kept.Find(Guid.Parse(uid)) is { } deleted)
            kept.Keep(deleted with { Desired = deleted.Desired with { Power = DesiredPower.Halted } });
        if (findings is not { Desired: { } desired, Observed: not null, Object.Spec: { } spec }) return;
        var bootId = await _boot.IdAsync(cancellationToken);
        var last = kept.Find(desired.Uuid);
        // A start that failed leaves it due: what comes after it in the order waits for another try.
        var settled = last is null || desired.Power == DesiredPower.Halted || findings.Living is not null || findings.Plan?.Wait?.Reason == WaitReason.Ended;
        var wasDue = last is not null && StartTurns.IsDue(last, bootId);
        kept.Keep(KeptDomain.Of(spec, desired, findings.Exit, settled ? bootId : last!.BootId) with
        {
            OnlyHost = onlyHost,
            StartedAt = findings.Living?.Mark?.StartedAt ?? last?.StartedAt,
        });
        TellProblems();
        if (wasDue && settled) NextTurn();
    }

    /// <summary>This host does not hold the Domain of this name any more, or another object has the name.</summary>
    public void Forget(ObjectKey key, Guid? except = null)
    {
        foreach (var domain in kept.All.Where(d => d.Desired.Namespace == key.Namespace && d.Desired.Name == key.Name && d.Desired.Uuid != except))
            kept.Forget(domain.Desired.Uuid);
        TellProblems();
    }

    /// <summary>
    /// Keys of Domains to look at: what is kept, once (its object may have gone while nobody looked); those whose turn may have come; and all
    /// when the host begins to stop, or does not stop after all.
    /// </summary>
    public async IAsyncEnumerable<ObjectKey> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var domain in kept.All) yield return new ObjectKey(domain.Desired.Namespace, domain.Desired.Name);
        TellProblems();
        await foreach (var key in _keys.Reader.ReadAllAsync(cancellationToken)) yield return key;
    }

    /// <summary>Looks for the mark until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        var was = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var isStopping = await IsStoppingAsync(cancellationToken);
                if (isStopping != was) await ChangeAsync(isStopping);
                was = isStopping;
            }
            catch (Exception e) when (e is XenException or IOException or UnauthorizedAccessException)
            {
                // The host can't be asked for its boot, or the mark not read: nothing is known of a stop, and the next look is a second away.
            }
            await Task.Delay(Period, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task ChangeAsync(bool isStopping)
    {
        if (isStopping)
        {
            Log.Stopping(logger);
            await _stopping.CancelAsync();
        }
        else
        {
            Log.NotStopping(logger);
            _stopping = new CancellationTokenSource();
        }
        Changed?.Invoke();
        foreach (var key in domains.Snapshot.Objects.Keys) _keys.Writer.TryWrite(key);
    }

    /// <summary>Each looks for itself whether its turn has come.</summary>
    private void NextTurn()
    {
        lock (_waiting)
        {
            foreach (var key in _waiting) _keys.Writer.TryWrite(key);
            _waiting.Clear();
        }
    }

    private void TellProblems()
    {
        foreach (var problem in kept.Problems)
        {
            lock (_toldProblems)
            {
                if (!_toldProblems.Add(problem)) continue;
            }
            Log.NotKept(logger, problem);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "This host is stopping: its domains are shut down by the host's service, and none is started or changed")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "This host is not stopping any more")]
        public static partial void NotStopping(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "What is kept on the host for its start and stop can't be used: {Problem}")]
        public static partial void NotKept(ILogger logger, string problem);
    }
}
