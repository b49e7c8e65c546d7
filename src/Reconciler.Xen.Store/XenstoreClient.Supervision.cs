using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store;

public sealed partial class XenstoreClient
{
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when <see cref="State"/> changes, in order, on the client's own task: handlers must not wait.</summary>
    public event EventHandler<XenstoreStateChangedEventArgs>? StateChanged;

    /// <summary>Whether xenstored can be reached now.</summary>
    public XenstoreConnectionState State { get; private set; }

    /// <summary>Why there is no connection, while there is none.</summary>
    public Exception? DisconnectReason { get; private set; }

    /// <summary>Completes when <see cref="State"/> is <see cref="XenstoreConnectionState.Connected"/>.</summary>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public Task WaitUntilConnectedAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate) return _connected.Task.WaitAsync(cancellationToken);
    }

    private async Task SuperviseAsync()
    {
        var delays = new ReconnectDelays(_options);
        while (!_stopping.IsCancellationRequested)
        {
            var reason = await ServeOneConnectionAsync(delays);
            if (_stopping.IsCancellationRequested) break;
            Enter(XenstoreConnectionState.Disconnected, reason);
            await Task.Delay(delays.Next(), _options.TimeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Enter(XenstoreConnectionState.Closed, new ObjectDisposedException(nameof(XenstoreClient)));
        foreach (var watch in _watches.Values) watch.End(error: null);
    }

    /// <summary>Connects, restores the watches, and returns why it ended.</summary>
    private async Task<Exception> ServeOneConnectionAsync(ReconnectDelays delays)
    {
        IXenstoreTransport transport;
        try
        {
            transport = await _connector.ConnectAsync(_stopping.Token);
        }
        catch (Exception error)
        {
            return new XenstoreException(XenstoreError.Disconnected, "connect", _connector.Endpoint, error.Message, error);
        }

        await using var connection = new XenstoreConnection(transport, this);
        List<XenstoreWatch> watches;
        lock (_gate)
        {
            _connection = connection;
            watches = [.. _watches.Values.Where(watch => watch.IsRegistered)];
        }

        var since = _options.TimeProvider.GetTimestamp();
        if (await RestoreAsync(connection, watches)) Enter(XenstoreConnectionState.Connected, reason: null);
        try
        {
            var reason = await connection.Ended.WaitAsync(_stopping.Token);
            delays.ConnectionLasted(_options.TimeProvider.GetElapsedTime(since));
            return reason;
        }
        catch (OperationCanceledException stopped)
        {
            return stopped;
        }
    }

    private void Enter(XenstoreConnectionState state, Exception? reason)
    {
        bool changed;
        lock (_gate)
        {
            changed = State != state;
            State = state;
            DisconnectReason = reason;
            if (state == XenstoreConnectionState.Connected) _connected.TrySetResult();
            else if (_connected.Task.IsCompleted) _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (state != XenstoreConnectionState.Connected) _connection = null;
            if (state == XenstoreConnectionState.Closed) _connected.TrySetException(reason!);
        }

        if (reason is null) _firstAttempt.TrySetResult();
        else _firstAttempt.TrySetException(reason);
        if (changed) StateChanged?.Invoke(this, new XenstoreStateChangedEventArgs(state, reason));
    }
}
