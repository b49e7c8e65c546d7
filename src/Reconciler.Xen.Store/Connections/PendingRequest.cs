using System.Threading.Tasks.Sources;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Connections;

/// <summary>
/// A request whose reply is awaited, used again and again. Two parties hold it, the caller and the connection's table; it goes back to the
/// pool when both have let go, so that a late reply to an abandoned request never reaches the next user of the object.
/// </summary>
internal sealed class PendingRequest(XenstoreConnection connection) : IValueTaskSource<Reply>
{
    private ManualResetValueTaskSourceCore<Reply> _completion;
    private CancellationTokenRegistration _cancellation;
    private CancellationToken _cancellationToken;
    private int _completed;
    private int _holders;

    public uint Id { get; private set; }

    public XenstoreMessageType Type { get; private set; }

    public ReplyShape Shape { get; private set; }

    /// <summary>The path (or other first string) and what follows it, kept only where an abandoned request has to be undone.</summary>
    public string? UndoText { get; private set; }

    public byte[]? UndoTail { get; private set; }

    public ValueTask<Reply> Task => new(this, _completion.Version);

    public void Begin(uint id, XenstoreMessageType type, ReplyShape shape)
    {
        Id = id;
        Type = type;
        Shape = shape;
        _holders = 2;
        _completed = 0;
    }

    public void UndoWith(string text, byte[] tail)
    {
        UndoText = text;
        UndoTail = tail;
    }

    /// <summary>Called by the sender once the request is queued.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _cancellationToken = cancellationToken;
        _cancellation = cancellationToken.UnsafeRegister(static request => ((PendingRequest)request!).Cancel(), this);
    }

    /// <summary>Called by the connection, which lets go of the request. False if the caller had given up.</summary>
    /// <param name="reply">How it ended.</param>
    /// <param name="here">Whether the caller goes on in this thread, before this returns, instead of in the thread pool.</param>
    public bool Complete(Reply reply, bool here = false)
    {
        var wasPending = Interlocked.Exchange(ref _completed, 1) == 0;
        if (wasPending)
        {
            _completion.RunContinuationsAsynchronously = !here;
            _completion.SetResult(reply);
        }

        Release();
        return wasPending;
    }

    Reply IValueTaskSource<Reply>.GetResult(short token)
    {
        _cancellation.Dispose();
        try
        {
            return _completion.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Reply>.GetStatus(short token) => _completion.GetStatus(token);

    void IValueTaskSource<Reply>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _completion.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0) return;
        _completion.RunContinuationsAsynchronously = true;
        _completion.SetException(new OperationCanceledException(_cancellationToken));
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0) return;
        _completion.Reset();
        _cancellation = default;
        _cancellationToken = default;
        UndoText = null;
        UndoTail = null;
        connection.Recycle(this);
    }
}
