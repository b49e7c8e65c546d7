namespace Reconciler.Xen.Store.Protocol;

/// <summary>One message, its payload still in the receive buffer.</summary>
public readonly ref struct XenstoreFrame(XenstoreHeader header, ReadOnlySpan<byte> payload)
{
    public XenstoreHeader Header { get; } = header;

    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Bytes that the message takes on the wire.</summary>
    public int Size => XenstoreHeader.Size + Payload.Length;
}
