using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store.Connections;

/// <summary>
/// One connection from its first byte to its last: requests go out in the order of the calls, replies are matched by request id, and when
/// the stream ends every request that is still pending fails. It never comes back; the client makes the next one.
/// </summary>
internal sealed partial class XenstoreConnection : IAsyncDisposable
{
    // More than this many in flight at once are given to the garbage collector afterwards.
    private const int PooledRequests = 256;

    private readonly Lock _gate = new();
    private readonly IXenstoreTransport _transport;
    private readonly IWatchEventSink _events;
    private readonly Dictionary<uint, PendingRequest> _pending = [];
    private readonly Stack<PendingRequest> _pool = [];
    private readonly TaskCompletionSource<Exception> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private uint _lastId;

    public XenstoreConnection(IXenstoreTransport transport, IWatchEventSink events)
    {
        _transport = transport;
        _events = events;
        for (var i = 0; i < Readers; i++) new Thread(ReaderThread) { Name = "xenstore", IsBackground = true }.Start();
    }

    /// <summary>Completes with the reason when the connection has ended.</summary>
    public Task<Exception> Ended => _ended.Task;

    /// <summary>Ends the connection: pending requests fail, further ones fail at once.</summary>
    public void Close(Exception reason)
    {
        PendingRequest[] pending;
        lock (_gate)
        {
            if (_failure is not null) return;
            _failure = reason;
            pending = [.. _pending.Values];
            _pending.Clear();
        }

        _transport.Shutdown();
        foreach (var request in pending) request.Complete(Reply.Disconnected(reason));
        _ended.TrySetResult(reason);
    }

    public async ValueTask DisposeAsync()
    {
        Close(new ObjectDisposedException(nameof(XenstoreClient)));
        await _readingEnded.Task;
        await FlushedAsync();
        _transport.Dispose();
    }

    public void Recycle(PendingRequest request)
    {
        lock (_gate)
        {
            if (_pool.Count < PooledRequests) _pool.Push(request);
        }
    }

    private static XenstoreException Violation(string detail) => new(XenstoreError.Protocol, "receive", null, detail);
}
