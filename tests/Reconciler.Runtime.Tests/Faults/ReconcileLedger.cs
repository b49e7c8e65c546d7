using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>A controller that keeps book: what each key was last reconciled with, and whether the contract was broken on the way.</summary>
internal sealed class ReconcileLedger<T>(TimeProvider time) : IEntityController<T>
    where T : class, IResource<T>
{
    private readonly Lock _gate = new();
    private readonly HashSet<ObjectKey> _running = [];
    private readonly Queue<Misbehaviour> _misbehaviours = new();
    private readonly Dictionary<ObjectKey, ReconcileEntry> _last = [];
    private readonly List<string> _violations = [];

    /// <summary>Looks at each reconcile when it begins; the entry is that of the reconcile before. What it returns is a violation.</summary>
    public Func<ObjectKey, T?, ReconcileEntry?, string?>? Check { get; set; }

    public int Count { get; private set; }

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_gate)
            {
                return [.. _violations];
            }
        }
    }

    /// <summary>The last reconcile of each key.</summary>
    public IReadOnlyDictionary<ObjectKey, ReconcileEntry> Last
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<ObjectKey, ReconcileEntry>(_last);
            }
        }
    }

    public void Misbehave(Misbehaviour misbehaviour) => _misbehaviours.Enqueue(misbehaviour);

    public void Behave() => _misbehaviours.Clear();

    /// <summary>A new process knows nothing of what the old one has done.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _last.Clear();
        }
    }

    public async Task<ReconciliationResult<T>> ReconcileAsync(ObjectKey key, T? entity, CancellationToken cancellationToken)
    {
        Misbehaviour? misbehaviour;
        lock (_gate)
        {
            Count++;
            if (!_running.Add(key))
            {
                _violations.Add($"{key} is reconciled twice at once");
            }

            if (Check?.Invoke(key, entity, _last.GetValueOrDefault(key)) is { } violation)
            {
                _violations.Add(violation);
            }

            _last[key] = new ReconcileEntry(Convergence.Intent(entity), entity?.Metadata.ResourceVersion, IsSettled: false);
            misbehaviour = _misbehaviours.TryDequeue(out var next) ? next : null;
        }

        try
        {
            var result = await BehaveAsync(misbehaviour, cancellationToken);
            lock (_gate)
            {
                _last[key] = _last[key] with { IsSettled = result.IsSuccess || result.IsTerminal };
            }

            return result;
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(key);
            }
        }
    }

    private async Task<ReconciliationResult<T>> BehaveAsync(Misbehaviour? misbehaviour, CancellationToken cancellationToken)
    {
        switch (misbehaviour)
        {
            case Misbehaviour.Throws:
                throw new InvalidOperationException("no luck");
            case Misbehaviour.Conflicts:
                throw new KubernetesApiException("the object has been modified", HttpStatusCode.Conflict);
            case Misbehaviour.Fails:
                return ReconciliationResult<T>.Failure("not yet");
            case Misbehaviour.FailsForGood:
                return ReconciliationResult<T>.Terminal("never");
            case Misbehaviour.ComesBackLater:
                return ReconciliationResult<T>.Requeue(TimeSpan.FromSeconds(20));
            case Misbehaviour.TakesSeconds:
                await Task.Delay(TimeSpan.FromSeconds(7), time, cancellationToken);
                break;
            case Misbehaviour.TakesForEver:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                break;
        }

        return ReconciliationResult<T>.Success();
    }
}
