namespace Reconciler.Runtime.Hosting;

/// <summary>
/// Gives memory back when a burst is over. The collector runs when something is allocated: what the last list or the last thousand
/// reconciles have left behind would stay resident for as long as nothing happens.
/// </summary>
public sealed class IdleCollection : IOperatorPart, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Bytes in a period that are no work: a scrape of the metrics, a renewed lease.</summary>
    private const long Quiet = 1 << 20;

    /// <summary>Bytes that are worth a collection.</summary>
    private const long Worthwhile = 8 << 20;

    private readonly TimeProvider _time;
    private readonly Func<long> _allocated;
    private readonly Action _collect;
    private ITimer? _timer;
    private long _atLastLook;
    private long _atLastCollection;

    /// <summary>A part that is not running yet.</summary>
    public IdleCollection(TimeProvider time)
        : this(time, () => GC.GetTotalAllocatedBytes(), () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true))
    {
    }

    internal IdleCollection(TimeProvider time, Func<long> allocated, Action collect) => (_time, _allocated, _collect) = (time, allocated, collect);

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Background;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = _time.CreateTimer(static part => ((IdleCollection)part!).Look(), this, Period, Period);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var allocated = _allocated();
        var isQuiet = allocated - _atLastLook < Quiet;
        _atLastLook = allocated;
        if (!isQuiet || allocated - _atLastCollection < Worthwhile)
        {
            return;
        }

        _collect();
        _atLastCollection = allocated;
    }
}
