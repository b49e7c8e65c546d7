namespace Reconciler.Runtime.Hosting;

/// <summary>A part that is one loop: begun when it is its turn to start, cancelled and waited for when the operator stops.</summary>
/// <param name="order">When it starts.</param>
public abstract class OperatorLoop(OperatorPartOrder order) : IOperatorPart, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <inheritdoc/>
    public OperatorPartOrder Order => order;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs until the token is cancelled, and then ends without an error.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Gives back what the loop holds. It has ended by then.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _stop.Dispose();
    }
}
