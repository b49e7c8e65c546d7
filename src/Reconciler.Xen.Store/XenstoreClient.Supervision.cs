using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store;

public sealed partial class XenstoreClient
{
    private volatile XenstoreConnectionState _state;
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when <see cref="State"/> changes, in order, on the client's own task: handlers must neither wait nor throw.</summary>
    public event EventHandler<XenstoreStateChangedEventArgs>? StateChanged;

    /// <summary>Whether xenstored can be reached now.</summary>
    public XenstoreConnectionState State => _state;

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
            transport = _connector.Connect();
        }
        catch (Exception error)
        {
            return new XenstoreException(XenstoreError.Disconnected, "connect", _connector.Endpoint, error.Message, error);
        }

        await using var connection = new XenstoreConnection(transport, this);
        await using var stop = _stopping.Token.UnsafeRegister(
            static connection => ((XenstoreConnection)connection!).Close(new ObjectDisposedException(nameof(XenstoreClient))), connection);
        List<XenstoreWatch> watches;
        lock (_gate)
        {
            _connection = connection;
            watches = [.. _watches.Values.Where(watch => watch.IsRegistered)];
        }

        var since = _options.TimeProvider.GetTimestamp();
        if (await RestoreAsync(connection, watches)) Enter(XenstoreConnectionState.Connected, reason: null);
        var reason = await connection.Ended;
        delays.ConnectionLasted(_options.TimeProvider.GetElapsedTime(since));
        return reason;
    }

    // Reading a task's exception marks it as observed: nobody has to wait for these.
    private void Enter(XenstoreConnectionState state, Exception? reason)
    {
        bool changed;
        lock (_gate)
        {
            changed = _state != state;
            _state = state;
            DisconnectReason = reason;
            if (state == XenstoreConnectionState.Connected) _connected.TrySetResult();
            else if (_connected.Task.IsCompleted) _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (state != XenstoreConnectionState.Connected) _connection = null;
            if (state == XenstoreConnectionState.Closed && _connected.TrySetException(reason!)) _ = _connected.Task.Exception;
        }

        if (reason is null) _firstAttempt.TrySetResult();
        else if (_firstAttempt.TrySetException(reason)) _ = _firstAttempt.Task.Exception;
        if (changed) StateChanged?.Invoke(this, new XenstoreStateChangedEventArgs(state, reason));
    }
}
