namespace Reconciler.Xen.Simulation;

/// <summary>The faults still to come. Each happens once.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<(Fault Fault, int Skip)> _pending = [];

    /// <summary>Called at every point of every operation, before faults are looked up: tests check invariants here.</summary>
    public Action<FaultPoint>? Passing { get; set; }

    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
            _pending.Add((fault, fault.Skip));
    }

    /// <summary>Forgets the faults that have not happened.</summary>
    public void Clear()
    {
        lock (_gate)
            _pending.Clear();
    }

    internal Fault? Take(FaultPoint point)
    {
        Passing?.Invoke(point);
        lock (_gate)
        {
            for (var i = 0; i < _pending.Count; i++)
            {
                var (fault, skip) = _pending[i];
                if (!fault.Matches(point))
                    continue;
                if (skip > 0)
                {
                    _pending[i] = (fault, skip - 1);
                    continue;
                }
                _pending.RemoveAt(i);
                return fault;
            }
            return null;
        }
    }
}
