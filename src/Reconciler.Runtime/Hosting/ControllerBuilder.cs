using Microsoft.Extensions.DependencyInjection;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Queueing;

namespace Reconciler.Runtime.Hosting;

/// <summary>What a controller watches and how it runs.</summary>
/// <typeparam name="T">The kind of object that its keys name.</typeparam>
public sealed class ControllerBuilder<T>
    where T : class, IResource<T>
{
    private readonly OperatorBuilder _operator;
    private readonly List<Action<IServiceProvider, Controller<T>>> _wiring = [];
    private Func<StoreChange<T>, bool>? _predicate;
    private ControllerOptions _options;
    private bool _needsLeadership = true;

    internal ControllerBuilder(OperatorBuilder @operator, string name)
    {
        _operator = @operator;
        _options = new ControllerOptions { Name = name };
    }

    /// <summary>Which changes of the objects themselves call for a reconcile; <see cref="Predicates.Intent{T}"/> unless said.</summary>
    public ControllerBuilder<T> When(Func<StoreChange<T>, bool> predicate)
    {
        _predicate = predicate;
        return this;
    }

    /// <summary>Changes of objects of another kind call for a reconcile of the keys that they map to.</summary>
    /// <param name="keys">Whom an object concerns; also asked for its state before the change. Cheap, no I/O.</param>
    /// <param name="predicate">Which changes; all when null.</param>
    public ControllerBuilder<T> Watches<TSecondary>(
        Func<TSecondary, IEnumerable<ObjectKey>> keys, Func<StoreChange<TSecondary>, bool>? predicate = null)
        where TSecondary : class, IResource<TSecondary>
    {
        _operator.AddStore<TSecondary>();
        _wiring.Add((sp, controller) => controller.Watches(sp.GetRequiredService<Store<TSecondary>>(), keys, predicate));
        return this;
    }

    /// <summary>Keys that come from elsewhere: hypervisor signals, a channel. The source is opened when the stores are synced.</summary>
    public ControllerBuilder<T> WatchesKeys(Func<IServiceProvider, CancellationToken, IAsyncEnumerable<ObjectKey>> source)
    {
        _wiring.Add((sp, controller) => controller.WatchesKeys(token => source(sp, token)));
        return this;
    }

    /// <summary>Keys worked on at the same time; 1 unless said.</summary>
    public ControllerBuilder<T> WithWorkers(int workers) => With(_options with { Workers = workers });

    /// <summary>After this a reconcile is cancelled and has failed; 2 minutes unless said.</summary>
    public ControllerBuilder<T> WithReconcileTimeout(TimeSpan timeout) => With(_options with { ReconcileTimeout = timeout });

    /// <summary>How often all keys are looked at without a reason; 10 minutes unless said, null for never.</summary>
    public ControllerBuilder<T> WithResync(TimeSpan? period) => With(_options with { Resync = period });

    /// <summary>How failures are spaced.</summary>
    public ControllerBuilder<T> WithRetry(RetryPolicy policy) => With(_options with { Retry = policy });

    /// <summary>Runs also in processes that do not lead.</summary>
    public ControllerBuilder<T> WithoutLeadership()
    {
        _needsLeadership = false;
        return this;
    }

    internal ControllerRegistration Build(IServiceProvider services, IEntityController<T> implementation)
    {
        var controller = new Controller<T>(
            implementation, services.GetRequiredService<Store<T>>(), _options, services.GetRequiredService<RuntimeServices>(), _predicate);
        _wiring.ForEach(wire => wire(services, controller));

        // It may read any store of the process, also one that it does not watch.
        foreach (var reflector in services.GetServices<IReflector>())
        {
            controller.StartsAfter(reflector.Synced);
        }

        return new ControllerRegistration(controller, _needsLeadership);
    }

    private ControllerBuilder<T> With(ControllerOptions options)
    {
        _options = options;
        return this;
    }
}
