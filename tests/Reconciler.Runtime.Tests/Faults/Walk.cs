using System.Collections.Immutable;
using System.Globalization;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;
using Reconciler.Testing.Faults;
using Widget = Reconciler.Testing.Contract.Widget;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>
/// Plays steps against a server, a reflector and a controller in virtual time. At each comparison the store must be what the server has,
/// and the reconciles must have kept the level-triggered contract: the last state of every key was reconciled after its last change, no
/// key twice at once, no object taken for gone that was not.
/// </summary>
internal sealed class Walk : IDisposable
{
    // The longest that anything may take to come right: a silent watch is left after 5 min, a failing key rests for up to 5 min.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(15);

    private readonly VirtualTime _time;
    private readonly HistoryServer _server;
    private readonly ReconcileLedger<Widget> _ledger;
    private readonly TestServices.Log _log = new();
    private readonly Random _jitter = new(1);
    private readonly List<Task> _loops = [];
    private RuntimeServices _services = null!;
    private OperatorHealth _reflectorHealth = null!;
    private Store<Widget> _store = null!;
    private Controller<Widget> _controller = null!;
    private CancellationTokenSource _watching = new();
    private CancellationTokenSource _working = new();
    private Task _reflecting = Task.CompletedTask;
    private int _comparisons;

    private Walk(VirtualTime time)
    {
        _time = time;
        _server = new HistoryServer(time);
        _ledger = new ReconcileLedger<Widget>(time) { Check = CheckReconcile };
        StartProcess();
    }

    /// <summary>Plays all steps, or up to the first failure.</summary>
    public static WalkResult Play(IReadOnlyList<WalkStep> steps)
    {
        var result = new WalkResult(null, steps.Count, 0, 0);
        VirtualLoop.Run(
            async time =>
            {
                using var walk = new Walk(time);
                result = await walk.PlayAsync(steps);
            },
            limit: TimeSpan.FromDays(10_000));
        return result;
    }

    public void Dispose()
    {
        _watching.Dispose();
        _working.Dispose();
        _controller.Dispose();
        _services.Metrics.Dispose();
    }

    private async Task<WalkResult> PlayAsync(IReadOnlyList<WalkStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (await TryAsync(steps[i]) is { } failure)
            {
                return new WalkResult(failure, i + 1, _comparisons, _ledger.Count);
            }
        }

        await StopAsync();
        return new WalkResult(null, steps.Count, _comparisons, _ledger.Count);
    }

    private async Task<string?> TryAsync(WalkStep step)
    {
        try
        {
            await TakeAsync(step);
            return step.Verb == WalkVerb.Compare ? Compare() : _ledger.Violations.Count > 0 ? _ledger.Violations[0] : null;
        }
        catch (Exception e)
        {
            return $"{step}: {e}";
        }
    }

    private async Task TakeAsync(WalkStep step)
    {
        var exists = _server.Truth.ContainsKey(step.Name);
        switch (step.Verb)
        {
            case WalkVerb.Create when !exists:
                _server.Create(step.Name);
                break;
            case WalkVerb.Update when exists:
                Change(step.Name, w => w with { Metadata = w.Metadata with { Generation = w.Metadata.Generation + 1 }, Spec = new() { Size = $"{step.Amount}" } });
                break;
            case WalkVerb.Status when exists:
                Change(step.Name, w => w with { Status = new() { Phase = $"{step.Amount}" } });
                break;
            case WalkVerb.Delete when exists:
                _server.Delete(step.Name);
                break;
            case WalkVerb.Recreate when exists:
                _server.Delete(step.Name);
                _server.Create(step.Name);
                break;
            case WalkVerb.Move when exists:
                Change(step.Name, w => w with { Metadata = w.Metadata with { Labels = HistoryServer.Labels(w.Metadata.Labels!["host"] != "here") } });
                break;
            case WalkVerb.Finalizer when exists:
                Change(step.Name, w => w with { Metadata = w.Metadata with { Finalizers = w.Metadata.Finalizers is null ? ["f"] : null } });
                break;
            case WalkVerb.Label when exists:
                Change(step.Name, w => w with { Metadata = w.Metadata with { Labels = w.Metadata.Labels!.ToImmutableSortedDictionary().SetItem("note", $"{step.Amount}") } });
                break;
            case WalkVerb.Terminate when exists:
                Change(step.Name, w => w with { Metadata = w.Metadata with { DeletionTimestamp = w.Metadata.DeletionTimestamp ?? _time.GetUtcNow() } });
                break;
            case WalkVerb.Readability when exists:
                _server.Change(step.Name, o => o with { IsReadable = !o.IsReadable });
                break;
            case WalkVerb.FailNextList:
                _server.FailNextList(step.Fault);
                break;
            case WalkVerb.FailNextWatch:
                _server.FailNextWatch(step.Fault);
                break;
            case WalkVerb.FailFor:
                _server.FailFor(step.Fault, step.Duration);
                break;
            case WalkVerb.Sever:
                _server.Sever(step.Fault);
                break;
            case WalkVerb.SlowDown:
                _server.SlowDown(step.Duration / 100);
                break;
            case WalkVerb.Rewind:
                _server.Rewind(step.Amount % 30);
                break;
            case WalkVerb.LagBehind:
                _server.LagBehind(step.Amount % 30);
                break;
            case WalkVerb.Compact:
                _server.Compact();
                break;
            case WalkVerb.Reconcile:
                _ledger.Misbehave(step.Misbehaviour);
                break;
            case WalkVerb.ClockJump:
                _time.JumpWallClock(TimeSpan.FromHours(step.Amount - 500));
                break;
            case WalkVerb.RestartReflector:
                await StopReflectorAsync();
                StartReflector();
                break;
            case WalkVerb.RestartProcess:
                await StopAsync();
                _ledger.Forget();
                StartProcess();
                break;
            case WalkVerb.Wait:
                await Task.Delay(step.Duration, _time);
                break;
            case WalkVerb.Compare:
                _server.Heal();
                _ledger.Behave();
                await Task.Delay(Rest, _time);
                break;
            case WalkVerb.LoseLastChange:
                _server.LoseLastChange();
                break;
        }
    }

    private void Change(string name, Func<Widget, Widget> change) => _server.Change(name, o => o with { Widget = change(o.Widget) });

    private void StartProcess()
    {
        _services = TestServices.Create(_time, _log) with { Random = _jitter };
        _store = new Store<Widget>();
        _store.AddIndex("size", w => [w.Spec?.Size ?? ""]);

        // No resync: it would make up for what was lost.
        _controller = new Controller<Widget>(_ledger, _store, new ControllerOptions { Name = "walk", Workers = 3, Resync = null }, _services);
        _working = new CancellationTokenSource();
        _loops.Add(_controller.RunAsync(_working.Token));
        StartReflector();
    }

    private void StartReflector()
    {
        _watching = new CancellationTokenSource();
        _reflectorHealth = new OperatorHealth(_time);
        _server.KnowsStreamedLists = _comparisons % 3 != 0;
        var options = new ReflectorOptions { LabelSelector = HistoryServer.Selector, PageSize = 3, FirstListFromCache = _comparisons % 2 == 1 };
        _reflecting = new Reflector<Widget>(_server, _store, options, _services with { Health = _reflectorHealth }).RunAsync(_watching.Token);
    }

#pragma warning disable CA1849, MA0042 // CancelAsync goes through the thread pool, and the walk would not repeat exactly.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();
#pragma warning restore CA1849, MA0042

    private async Task StopReflectorAsync()
    {
        Cancel(_watching);
        await _reflecting;
        _watching.Dispose();
    }

    private async Task StopAsync()
    {
        await StopReflectorAsync();
        Cancel(_working);
        await Task.WhenAll(_loops);
        _loops.Clear();
        Dispose();
    }

    private string? CheckReconcile(ObjectKey key, Widget? entity, ReconcileEntry? before)
    {
        if (_server.HasGoneBack || before?.Version is not { } version)
        {
            return null;
        }

        var seen = long.Parse(version, CultureInfo.InvariantCulture);
        return entity is null
            ? _server.WasAbsentSince(key.Name, seen) ? null : $"{key} is taken for gone, and has not been away since version {seen}"
            : long.Parse(entity.Metadata.ResourceVersion!, CultureInfo.InvariantCulture) >= seen ? null : $"{key} went back from version {seen} to {entity.Metadata.ResourceVersion}";
    }

    /// <summary>What is not as it should be; null when all is well.</summary>
    private string? Compare()
    {
        _comparisons++;
        _server.HasGoneBack = false;
        var truth = _server.Truth.Where(o => HistoryServer.IsVisible(o.Value))
            .ToDictionary(o => new ObjectKey("ns", o.Key), o => ((IKubernetesObject)o.Value.Widget, o.Value.IsReadable));
        var snapshot = _store.Snapshot;
        var problems = _ledger.Violations.Concat(Convergence.Problems(truth, snapshot, _ledger.Last)).ToList();
        var indexed = snapshot.Objects.Values.Select(w => w.Spec?.Size ?? "").Distinct().Sum(size => snapshot.ByIndex("size", size).Count());
        if (indexed != snapshot.Objects.Count)
        {
            problems.Add($"the index holds {indexed} of {snapshot.Objects.Count} objects");
        }

        problems.AddRange(_reflectorHealth.NotReady().Select(p => $"not ready: {p.Name}: {p.Reason}"));
        problems.AddRange(_reflectorHealth.Unhealthy().Concat(_services.Health.Unhealthy()).Select(p => $"unhealthy: {p.Name}: {p.Reason}"));
        problems.AddRange(_loops.Append(_reflecting).Where(t => t.IsCompleted).Select(t => $"a loop has ended: {t.Exception?.InnerException}"));
        if (_server.LiveWatches != 1)
        {
            problems.Add($"{_server.LiveWatches} watches are open");
        }

        if (_controller.Queue.Count > 0)
        {
            problems.Add($"{_controller.Queue.Count} keys wait in the queue");
        }

        return problems.Count == 0 ? null : string.Join(Environment.NewLine, problems);
    }
}
