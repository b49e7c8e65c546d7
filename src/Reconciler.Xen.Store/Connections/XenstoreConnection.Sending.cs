using System.Buffers;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Connections;

internal sealed partial class XenstoreConnection : IThreadPoolWorkItem
{
    private const int InitialSendBuffer = 4 * XenstoreLimits.Frame;
    private const int KeptSendBuffer = 64 * XenstoreLimits.Frame;

    // Requests are encoded into _filling; whoever flushes swaps it for _sending and sends that with one write.
    private readonly TaskCompletionSource _flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(InitialSendBuffer);
    private byte[] _sending = ArrayPool<byte>.Shared.Rent(InitialSendBuffer);
    private int _filled;
    private bool _isFlushing;

    /// <summary>
    /// Queues a request whose payload is <paramref name="text"/>, a NUL and <paramref name="tail"/>. Failures come as the <see cref="Reply"/>;
    /// only cancellation is thrown, and a request that was sent before it takes effect all the same (watches and transactions are undone).
    /// </summary>
    public ValueTask<Reply> SendAsync(
        XenstoreMessageType type,
        uint transaction,
        string text,
        ReadOnlySpan<byte> tail,
        ReplyShape shape,
        CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<Reply>(cancellationToken);
        if (XenstoreCodec.CheckRequest(text, tail.Length) is not XenstoreError.None and var error) return ValueTask.FromResult(new Reply(error));

        PendingRequest request;
        bool flushHere;
        lock (_gate)
        {
            if (_failure is not null) return ValueTask.FromResult(Reply.Disconnected(_failure));
            request = _pool.TryPop(out var pooled) ? pooled : new PendingRequest(this);
            request.Begin(NextId(), type, shape);
            if (type == XenstoreMessageType.Watch && cancellationToken.CanBeCanceled) request.UndoWith(text, tail.ToArray());
            var isOnlyOne = _pending.Count == 0;
            _pending.Add(request.Id, request);

            var size = XenstoreCodec.FrameSize(text, tail);
            if (_filling.Length - _filled < size) GrowFilling(size);
            _filled += XenstoreCodec.WriteFrame(_filling.AsSpan(_filled), type, request.Id, transaction, text, tail);

            // Alone, the request is sent by its caller: no hop to another thread. With others under way xenstored is busy, and a moment's
            // delay lets the requests that follow share the write.
            flushHere = isOnlyOne && !_isFlushing;
            if (!flushHere && !_isFlushing) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            _isFlushing = true;
        }

        var reply = request.Task;
        if (flushHere) _ = FlushAsync();
        request.CancelWith(cancellationToken);
        return reply;
    }

    void IThreadPoolWorkItem.Execute() => _ = FlushAsync();

    /// <summary>Sends until nothing is queued. <see cref="_isFlushing"/> says that one runs; it never throws.</summary>
    private async Task FlushAsync()
    {
        try
        {
            while (TakeQueued() is { IsEmpty: false } messages) await _transport.SendAsync(messages);
        }
        catch (Exception error)
        {
            Close(error);
            TakeQueued();
        }
    }

    private ReadOnlyMemory<byte> TakeQueued()
    {
        lock (_gate)
        {
            if (_filled == 0 || _failure is not null)
            {
                _isFlushing = false;
                if (_failure is not null) _flushed.TrySetResult();
                else Shrink();
                return default;
            }

            (_filling, _sending) = (_sending, _filling);
            var messages = _sending.AsMemory(0, _filled);
            _filled = 0;
            return messages;
        }
    }

    /// <summary>A burst must not keep its memory for as long as the connection lives.</summary>
    private void Shrink()
    {
        if (_filling.Length > KeptSendBuffer) Replace(ref _filling);
        if (_sending.Length > KeptSendBuffer) Replace(ref _sending);

        static void Replace(ref byte[] buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(InitialSendBuffer);
        }
    }

    /// <summary>Waits, once closed, until nothing is being sent any more.</summary>
    private async Task FlushedAsync()
    {
        lock (_gate)
        {
            if (!_isFlushing) _flushed.TrySetResult();
        }

        await _flushed.Task;
        ArrayPool<byte>.Shared.Return(_filling);
        ArrayPool<byte>.Shared.Return(_sending);
    }

    private uint NextId()
    {
        // 0 is what the kernel's device answers watches with. After 2^32 requests an old one may still be pending, in theory.
        do _lastId++; while (_lastId == 0 || _pending.ContainsKey(_lastId));
        return _lastId;
    }

    private void GrowFilling(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_filling.Length * 2, _filled + size));
        _filling.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_filling);
        _filling = larger;
    }
}
