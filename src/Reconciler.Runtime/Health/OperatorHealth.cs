namespace Reconciler.Runtime.Health;

/// <summary>What /healthz and /readyz answer. Healthy: no loop hangs. Ready: stores are synced and whatever else was registered agrees; never "is leader".</summary>
public sealed class OperatorHealth(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<Heartbeat> _loops = [];
    private readonly List<(string Name, Func<string?> NotReadyReason)> _checks = [];

    /// <summary>The health of a process with the system's clock.</summary>
    public OperatorHealth()
        : this(TimeProvider.System)
    {
    }

    /// <summary>Registers a loop.</summary>
    public Heartbeat AddLoop(string name)
    {
        var heartbeat = new Heartbeat(name, time);
        lock (_gate)
        {
            _loops.Add(heartbeat);
        }

        return heartbeat;
    }

    /// <summary>Registers a condition of readiness.</summary>
    /// <param name="name">"store domains.xen.reconciler.dev".</param>
    /// <param name="notReadyReason">Null when ready. Called at each probe: cheap, no I/O.</param>
    public void AddReadiness(string name, Func<string?> notReadyReason)
    {
        lock (_gate)
        {
            _checks.Add((name, notReadyReason));
        }
    }

    /// <summary>Loops that hang. Empty: healthy.</summary>
    public IReadOnlyList<HealthProblem> Unhealthy()
    {
        lock (_gate)
        {
            return [.. from loop in _loops
                       let overdue = loop.Overdue
                       where overdue is not null
                       select new HealthProblem(loop.Name, $"no progress; overdue by {overdue.Value.TotalSeconds:0} s")];
        }
    }

    /// <summary>What is not ready, and why. Empty: ready.</summary>
    public IReadOnlyList<HealthProblem> NotReady()
    {
        lock (_gate)
        {
            return [.. from check in _checks
                       let reason = check.NotReadyReason()
                       where reason is not null
                       select new HealthProblem(check.Name, reason)];
        }
    }
}
