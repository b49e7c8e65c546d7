using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Queueing;

namespace Reconciler.Runtime.Controllers;

/// <summary>
/// Changes of stores, signals from outside and the passing of time become keys in one queue; workers take them and call the
/// <see cref="IEntityController{T}"/>.
/// </summary>
/// <typeparam name="T">The kind of object that keys name.</typeparam>
public sealed class Controller<T> : IControllerLoop, IDisposable
    where T : class, IResource<T>
{
    private static readonly TimeSpan HangGrace = TimeSpan.FromMinutes(1);

    private readonly IEntityController<T> _implementation;
    private readonly Store<T> _store;
    private readonly ControllerOptions _options;
    private readonly RuntimeServices _services;
    private readonly ILogger _logger;
    private readonly List<Action> _subscriptions = [];
    private readonly List<Task> _synced = [];
    private readonly List<Func<CancellationToken, IAsyncEnumerable<ObjectKey>>> _sources = [];
    private int _active;

    /// <summary>A controller that is not running yet.</summary>
    /// <param name="implementation">What is called for each key.</param>
    /// <param name="store">Where the objects are read from.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="services">Clock, chance, logs, metrics, health.</param>
    /// <param name="predicate">Which changes of the objects themselves count; <see cref="Predicates.Intent{T}"/> when null.</param>
    public Controller(
        IEntityController<T> implementation,
        Store<T> store,
        ControllerOptions options,
        RuntimeServices services,
        Func<StoreChange<T>, bool>? predicate = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        _implementation = implementation;
        _store = store;
        _options = options;
        _services = services;
        _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Controller");
        Queue = new EntityQueue<ObjectKey>(options.Name, services, options.Retry);
        services.Metrics.ObserveWorkers(options.Name, options.Workers, () => Volatile.Read(ref _active));
        Watches(store, o => [ObjectKey.Of(o)], predicate ?? Predicates.Intent);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <summary>The keys that need work; others may add to it.</summary>
    public EntityQueue<ObjectKey> Queue { get; }

    /// <summary>Changes of other objects call for a reconcile of the keys that they map to (before and after the change).</summary>
    public void Watches<TSecondary>(
        Store<TSecondary> store,
        Func<TSecondary, IEnumerable<ObjectKey>> keys,
        Func<StoreChange<TSecondary>, bool>? predicate = null)
        where TSecondary : class, IResource<TSecondary>
    {
        ArgumentNullException.ThrowIfNull(store);
        _synced.Add(store.Synced);
        var trigger = QueueTrigger.Watch(Kind<TSecondary>.Definition.QualifiedName);
        _subscriptions.Add(() => store.Subscribe(change =>
        {
            if (predicate?.Invoke(change) == false)
            {
                return;
            }

            var priority = change.IsInitial ? QueuePriority.Low : QueuePriority.High;
            var concerned = Map(change.Old).Union(Map(change.New)).ToList();
            if (concerned.Count == 0 && ReferenceEquals(store, _store))
            {
                // Gone without ever having been readable.
                concerned.Add(change.Key);
            }

            concerned.ForEach(key => Queue.Add(key, priority, trigger));
        }));

        IEnumerable<ObjectKey> Map(TSecondary? entity) => entity is null ? [] : keys(entity);
    }

    /// <summary>Keys from elsewhere: hypervisor signals, timers, a channel. A source that fails is opened again after a back-off.</summary>
    public void WatchesKeys(Func<CancellationToken, IAsyncEnumerable<ObjectKey>> source) => _sources.Add(source);

    /// <summary>The controller reads something else, which must be complete before it starts.</summary>
    public void StartsAfter(Task synced) => _synced.Add(synced);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            _subscriptions.ForEach(subscribe => subscribe());
            await Task.WhenAll(_synced).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Queue.ShutDown();
            return;
        }

        _services.Metrics.ControllerStarted(Name);
        ControllerLog.Started(_logger, Name, _options.Workers);
        await using var intake = cancellationToken.UnsafeRegister(static queue => ((EntityQueue<ObjectKey>)queue!).ShutDown(), Queue);
        List<Task> loops = [ResyncAsync(cancellationToken)];
        loops.AddRange(_sources.Select(source => FollowAsync(source, cancellationToken)));
        loops.AddRange(Enumerable.Range(1, _options.Workers).Select(number => WorkAsync(number, cancellationToken)));
        await Task.WhenAll(loops);
    }

    /// <summary>Shuts the queue down.</summary>
    public void Dispose() => Queue.Dispose();

    private async Task WorkAsync(int number, CancellationToken cancellationToken)
    {
        var heartbeat = _services.Health.AddLoop($"controller {Name}, worker {number}");
        while (await Queue.TakeAsync(CancellationToken.None) is { } item)
        {
            heartbeat.ExpectWithin(_options.ReconcileTimeout + HangGrace);
            Interlocked.Increment(ref _active);
            await ReconcileAsync(item, cancellationToken);
            Interlocked.Decrement(ref _active);
            heartbeat.Idle();
        }
    }

    private async Task ReconcileAsync(QueueItem<ObjectKey> item, CancellationToken cancellationToken)
    {
        var snapshot = _store.Snapshot;
        if (snapshot.Undecodable.ContainsKey(item.Key))
        {
            // The reflector has said so. Acting on what it was before, or on nothing, could destroy what it is meant to keep.
            Queue.Forget(item.Key);
            Queue.Done(item.Key);
            return;
        }

        var entity = snapshot.Get(item.Key);
        using var trace = ReconcileTrace.Start(Name, item);
        var scope = new ReconcileScope(Kind<T>.Definition.Kind, item.Key, entity?.Metadata.Uid, trace?.Id ?? NewId());
        using var logScope = _logger.BeginScope(scope);
        trace?.Tag(scope);
        var started = _services.Time.GetTimestamp();
        ReconciliationResult<T>? result = null;
        var timedOut = false;
        using var deadline = new Deadline(_options.ReconcileTimeout, _services.Time, cancellationToken);
        try
        {
            result = await _implementation.ReconcileAsync(item.Key, entity, deadline.Token);
            if (!result.IsSuccess)
            {
                ControllerLog.Failed(_logger, Name, item.Key, scope.ReconcileId, result.ErrorMessage, result.Error);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process stops; the next one looks at everything again.
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            timedOut = true;
            ControllerLog.TimedOut(_logger, Name, item.Key, scope.ReconcileId, _options.ReconcileTimeout.TotalSeconds);
        }
        catch (KubernetesApiException e) when (e.IsOutdated)
        {
            // Somebody else wrote first: expected now and then, and cured by looking again.
            ControllerLog.Conflict(_logger, Name, item.Key, scope.ReconcileId, e.Message);
        }
        catch (Exception e)
        {
            ControllerLog.Threw(_logger, Name, item.Key, scope.ReconcileId, e);
        }

        var outcome = RequeueContract.Settle(Queue, item, result);
        outcome = timedOut ? "timeout" : outcome;
        trace?.End(outcome, result?.ErrorMessage);
        _services.Metrics.Reconciled(Name, outcome, _services.Time.GetElapsedTime(started));
    }

    private string NewId() => $"{_services.Random.NextInt64():x16}{_services.Random.NextInt64():x16}";

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        if (_options.Resync is not { } period)
        {
            return;
        }

        try
        {
            while (true)
            {
                await Task.Delay(period * (0.9 + (0.2 * _services.Random.NextDouble())), _services.Time, cancellationToken);
                foreach (var key in _store.Snapshot.Objects.Keys)
                {
                    Queue.Add(key, QueuePriority.Low, QueueTrigger.Resync);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    private async Task FollowAsync(Func<CancellationToken, IAsyncEnumerable<ObjectKey>> source, CancellationToken cancellationToken)
    {
        var backoff = new RetryBackoff(_services.Time, _services.Random);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var key in source(cancellationToken).WithCancellation(cancellationToken))
                {
                    Queue.Add(key, trigger: QueueTrigger.Source);
                }

                return;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                ControllerLog.SourceFailed(_logger, Name, e);
            }

            await Task.Delay(backoff.Next(), _services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
