namespace Reconciler.Runtime;

/// <summary>A token that is cancelled by its parent or by the passing of time, and tells which.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _parent;

    public Deadline(TimeSpan limit, TimeProvider time, CancellationToken parent)
    {
        _parent = parent;
        _timer = new CancellationTokenSource(limit, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, parent);
    }

    public CancellationToken Token => _linked.Token;

    /// <summary>True when time ran out and nobody asked to stop.</summary>
    public bool HasPassed => _timer.IsCancellationRequested && !_parent.IsCancellationRequested;

    /// <summary>Time begins anew, with another limit. Only as long as it has not passed.</summary>
    public void Restart(TimeSpan limit) => _timer.CancelAfter(limit);

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
