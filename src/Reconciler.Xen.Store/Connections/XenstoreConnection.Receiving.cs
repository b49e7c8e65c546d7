using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Connections;

internal sealed partial class XenstoreConnection
{
    // Many small replies per receive; never less than one whole frame.
    private const int ReceiveBuffer = 16 * XenstoreLimits.Frame;

    // One reads; the other stands by to read on while the first runs a caller's continuation.
    private const int Readers = 2;

    private readonly TaskCompletionSource _readingEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _standingBy;

    // These belong to the thread that has the turn.
    private readonly byte[] _received = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
    private int _receivedCount;
    private bool _isReadingOver;

    /// <summary>
    /// Leader and follower (Schmidt et al., "Leader/Followers", 2000). The thread that has the turn reads. When it gets the reply to the only
    /// request that is under way, it gives the turn away and lets the caller go on in its own thread: that saves waking a thread of the pool,
    /// which is a good part of the time that one request takes. As somebody else reads meanwhile, the caller may block as it likes.
    /// </summary>
    private void ReaderThread()
    {
        while (true)
        {
            Interlocked.Increment(ref _standingBy);
            _turn.Wait();
            Interlocked.Decrement(ref _standingBy);
            if (_isReadingOver || !ReadUntilLone(out var request, out var reply)) break;
            _turn.Release();
            request.Complete(reply, here: true);
        }

        _turn.Release();
    }

    /// <summary>Reads and answers until there is a reply that this thread is to complete itself, or until the connection ends: false.</summary>
    private bool ReadUntilLone([NotNullWhen(true)] out PendingRequest? request, out Reply reply)
    {
        try
        {
            while (true)
            {
                var count = _transport.Receive(_received.AsSpan(_receivedCount));
                if (count == 0) throw new EndOfStreamException("xenstored closed the connection");
                _receivedCount += count;
                var used = Dispatch(_received.AsSpan(0, _receivedCount), out request, out reply);
                _received.AsSpan(used, _receivedCount - used).CopyTo(_received);
                _receivedCount -= used;
                if (request is not null) return true;
            }
        }
        catch (Exception error)
        {
            // The loop's boundary: whatever ended it ends the connection, and reaches the callers of what was pending.
            Close(error);
            _isReadingOver = true;
            ArrayPool<byte>.Shared.Return(_received);
            _readingEnded.SetResult();
            (request, reply) = (null, default);
            return false;
        }
    }

    private int Dispatch(ReadOnlySpan<byte> received, out PendingRequest? lone, out Reply reply)
    {
        (lone, reply) = (null, default);
        var used = 0;
        while (true)
        {
            switch (XenstoreCodec.TryReadFrame(received[used..], out var frame))
            {
                case FrameStatus.Incomplete:
                    return used;
                case FrameStatus.Invalid:
                    throw Violation("a payload above 4096 bytes");
            }

            used += frame.Size;
            if (used == received.Length && TryTakeLone(frame, out lone, out reply)) return used;
            Dispatch(frame);
        }
    }

    /// <summary>Whether it answers the only request under way, successfully, and the other thread is there to read on.</summary>
    private bool TryTakeLone(XenstoreFrame frame, [NotNullWhen(true)] out PendingRequest? request, out Reply reply)
    {
        reply = default;
        lock (_gate)
        {
            // Those that have to be undone when their caller has given up take the ordinary way.
            if (_pending.Count != 1
                || Volatile.Read(ref _standingBy) == 0
                || !_pending.TryGetValue(frame.Header.RequestId, out request)
                || request.Type != frame.Header.Type
                || request.Type is XenstoreMessageType.TransactionStart or XenstoreMessageType.Watch)
            {
                request = null;
                return false;
            }

            _pending.Clear();
        }

        reply = new Reply(XenstoreError.None, Decode(request.Shape, frame.Payload));
        return true;
    }

    private void Dispatch(XenstoreFrame frame)
    {
        if (frame.Header.Type != XenstoreMessageType.WatchEvent)
        {
            Answer(frame);
        }
        else if (XenstoreCodec.TryReadWatchEvent(frame.Payload, out var path, out var token))
        {
            // The request id of an event means nothing: the kernel's device leaves it uninitialised.
            _events.OnWatchEvent(path, token);
        }
        else
        {
            throw Violation("a watch event without path and token");
        }
    }

    private void Answer(XenstoreFrame frame)
    {
        var header = frame.Header;
        PendingRequest? request;
        lock (_gate)
        {
            request = Take(header);
            if (request is null && _failure is not null) return;
        }

        if (request is null) throw Violation($"a reply to request {header.RequestId} ({header.Type}), which is not pending");

        if (header.Type == XenstoreMessageType.Error)
        {
            var error = XenstoreCodec.ReadError(frame.Payload);
            var detail = error == XenstoreError.Unknown ? XenstoreCodec.ReadText(frame.Payload) : null;
            request.Complete(new Reply(error, Detail: detail));
        }
        else if (header.Type != request.Type)
        {
            var violation = Violation($"{header.Type} in reply to {request.Type}");
            request.Complete(Reply.Disconnected(violation));
            throw violation;
        }
        else
        {
            // Read before completing: from then on the object may serve another request.
            var (undoText, undoTail) = (request.UndoText, request.UndoTail);
            var isAbandoned = !request.Complete(new Reply(XenstoreError.None, Decode(request.Shape, frame.Payload)));
            if (isAbandoned) Undo(header.Type, undoText, undoTail, frame.Payload);
        }
    }

    private PendingRequest? Take(XenstoreHeader header)
    {
        if (_pending.Remove(header.RequestId, out var request)) return request;

        // Linux answers WATCH and UNWATCH on /dev/xen/xenbus itself, with a request id of 0 (xenbus_dev_frontend.c, xenbus_write_watch), in order.
        if (header is not { RequestId: 0, Type: XenstoreMessageType.Watch or XenstoreMessageType.Unwatch }) return null;
        request = _pending.Values.Where(candidate => candidate.Type == header.Type).MinBy(candidate => candidate.Id);
        if (request is not null) _pending.Remove(request.Id);
        return request;
    }

    private static object? Decode(ReplyShape shape, ReadOnlySpan<byte> payload) => shape switch
    {
        ReplyShape.Text => XenstoreCodec.ReadText(payload),
        ReplyShape.Bytes => payload.ToArray(),
        ReplyShape.Strings => XenstoreCodec.ReadStrings(payload),
        _ => null,
    };

    /// <summary>An abandoned request that succeeded nevertheless may leave state in xenstored that nobody would ever remove.</summary>
    private void Undo(XenstoreMessageType type, string? text, byte[]? tail, ReadOnlySpan<byte> payload)
    {
        if (type == XenstoreMessageType.TransactionStart && XenstoreCodec.TryReadNumber(payload, out var transaction))
            Forget(SendAsync(XenstoreMessageType.TransactionEnd, transaction, "F", default, ReplyShape.Acknowledgement, CancellationToken.None));
        if (type == XenstoreMessageType.Watch && text is not null)
            Forget(SendAsync(XenstoreMessageType.Unwatch, 0, text, tail, ReplyShape.Acknowledgement, CancellationToken.None));
    }

    /// <summary>The request matters, its outcome does not: where it fails the connection is gone, and what it was to undo with it.</summary>
    private static void Forget(ValueTask<Reply> request) => _ = request.AsTask();
}
