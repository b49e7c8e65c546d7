using System.Runtime.InteropServices;
using System.Text;

namespace Reconciler.Xen.Store.Protocol;

/// <summary>
/// The xenstore wire protocol as pure functions over bytes: no state, no I/O, never reads past what it is given.
/// Source: xen/include/public/io/xs_wire.h and docs/misc/xenstore.txt of Xen.
/// </summary>
public static partial class XenstoreCodec
{
    /// <summary>Writes <paramref name="header"/> to the first <see cref="XenstoreHeader.Size"/> bytes.</summary>
    public static void WriteHeader(Span<byte> destination, XenstoreHeader header)
    {
        // Native byte order on purpose: both ends live on one host and the protocol defines no other.
        var words = MemoryMarshal.Cast<byte, uint>(destination[..XenstoreHeader.Size]);
        words[0] = (uint)header.Type;
        words[1] = header.RequestId;
        words[2] = header.TransactionId;
        words[3] = header.Length;
    }

    /// <summary>Reads a header; false if fewer than <see cref="XenstoreHeader.Size"/> bytes are there.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> source, out XenstoreHeader header)
    {
        if (source.Length < XenstoreHeader.Size)
        {
            header = default;
            return false;
        }

        var words = MemoryMarshal.Cast<byte, uint>(source[..XenstoreHeader.Size]);
        header = new XenstoreHeader((XenstoreMessageType)words[0], words[1], words[2], words[3]);
        return true;
    }

    /// <summary>Takes one message from the start of <paramref name="received"/>.</summary>
    public static FrameStatus TryReadFrame(ReadOnlySpan<byte> received, out XenstoreFrame frame)
    {
        frame = default;
        if (!TryReadHeader(received, out var header)) return FrameStatus.Incomplete;
        if (header.Length > XenstoreLimits.Payload) return FrameStatus.Invalid;

        var rest = received[XenstoreHeader.Size..];
        if (rest.Length < (int)header.Length) return FrameStatus.Incomplete;
        frame = new XenstoreFrame(header, rest[..(int)header.Length]);
        return FrameStatus.Complete;
    }

    /// <summary>
    /// Writes a whole message whose payload is <paramref name="text"/>, a NUL, then <paramref name="tail"/> as it is: the form of every
    /// request of the protocol. The destination must hold <see cref="FrameSize"/> bytes. Returns the bytes written.
    /// </summary>
    public static int WriteFrame(
        Span<byte> destination, XenstoreMessageType type, uint requestId, uint transactionId, ReadOnlySpan<char> text, ReadOnlySpan<byte> tail)
    {
        var payload = destination[XenstoreHeader.Size..];
        var length = Encoding.UTF8.GetBytes(text, payload);
        payload[length++] = 0;
        tail.CopyTo(payload[length..]);
        length += tail.Length;
        WriteHeader(destination, new XenstoreHeader(type, requestId, transactionId, (uint)length));
        return XenstoreHeader.Size + length;
    }

    /// <summary>Bytes on the wire of the message that <see cref="WriteFrame"/> would write.</summary>
    public static int FrameSize(ReadOnlySpan<char> text, ReadOnlySpan<byte> tail) =>
        XenstoreHeader.Size + Encoding.UTF8.GetByteCount(text) + 1 + tail.Length;

    /// <summary>
    /// Checks what xenstored could not: a NUL would end the path early and turn its rest into data, and an over-long payload costs the
    /// connection. Everything else about paths (characters, slashes) is xenstored's to judge, as implementations differ.
    /// </summary>
    /// <returns><see cref="XenstoreError.None"/>, <see cref="XenstoreError.EINVAL"/> or <see cref="XenstoreError.E2BIG"/>.</returns>
    public static XenstoreError CheckRequest(ReadOnlySpan<char> path, int tailLength)
    {
        if (path.Contains('\0')) return XenstoreError.EINVAL;
        var length = Encoding.UTF8.GetByteCount(path);
        var limit = path is ['/', ..] or ['@', ..] ? XenstoreLimits.AbsolutePath : XenstoreLimits.RelativePath;
        if (length > limit) return XenstoreError.EINVAL;
        return length + 1 + tailLength > XenstoreLimits.Payload ? XenstoreError.E2BIG : XenstoreError.None;
    }
}
