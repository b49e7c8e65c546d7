using System.Buffers;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Connections;

internal sealed partial class XenstoreConnection
{
    // Many small replies per receive; never less than one whole frame.
    private const int ReceiveBuffer = 16 * XenstoreLimits.Frame;

    private void ReadLoop()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
        try
        {
            var filled = 0;
            while (true)
            {
                var received = _transport.Receive(buffer.AsSpan(filled));
                if (received == 0) throw new EndOfStreamException("xenstored closed the connection");
                filled += received;
                var used = Dispatch(buffer.AsSpan(0, filled));
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
            }
        }
        catch (Exception error)
        {
            // The loop's boundary: whatever ended it ends the connection, and reaches the callers of what was pending.
            Close(error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _readerEnded.SetResult();
        }
    }

    private int Dispatch(ReadOnlySpan<byte> received)
    {
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

            Dispatch(frame);
            used += frame.Size;
        }
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
