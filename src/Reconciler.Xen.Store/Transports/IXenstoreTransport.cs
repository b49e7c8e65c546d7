namespace Reconciler.Xen.Store.Transports;

/// <summary>
/// A stream of bytes to xenstored: the one seam below the connection. One reader and one writer at a time.
/// </summary>
/// <remarks>
/// Receiving blocks a thread of the connection's own on purpose. An asynchronous socket is woken by epoll for every write of xenstored, which writes header
/// and payload of each reply separately; a blocked thread takes all that has come with one system call, and is not delayed by a busy thread
/// pool. It is also the only way to wait for the kernel's device.
/// </remarks>
internal interface IXenstoreTransport : IDisposable
{
    /// <summary>Blocks until there are bytes; 0 when the stream ended. Throws <see cref="IOException"/> when it is broken.</summary>
    int Receive(Span<byte> buffer);

    /// <summary>
    /// Sends whole messages, all of them. Completes at once unless xenstored is slow to read. Throws <see cref="IOException"/> when the
    /// stream is broken.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> messages);

    /// <summary>Ends the stream: a blocked receive returns 0, a blocked send fails. Dispose only after both have returned.</summary>
    void Shutdown();
}
