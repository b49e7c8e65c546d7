namespace Reconciler.Xen.Store.Transports;

/// <summary>
/// A stream of bytes to xenstored: the one seam below the connection. One reader and one writer at a time.
/// Disposing ends a receive that waits.
/// </summary>
internal interface IXenstoreTransport : IDisposable
{
    /// <summary>Waits for bytes; 0 when the other end closed. Throws <see cref="IOException"/> when the stream is broken.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends whole messages, all of them. Throws <see cref="IOException"/> when the stream is broken.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> messages);
}
