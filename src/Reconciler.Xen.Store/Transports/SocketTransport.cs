using System.Net.Sockets;

namespace Reconciler.Xen.Store.Transports;

/// <summary>xenstored's unix stream socket.</summary>
internal sealed class SocketTransport(Socket socket) : IXenstoreTransport
{
    public static async ValueTask<IXenstoreTransport> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new SocketTransport(socket);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is SocketException or ArgumentException) throw new IOException(error.Message, error);
            throw;
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> messages)
    {
        try
        {
            while (!messages.IsEmpty) messages = messages[await socket.SendAsync(messages)..];
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Dispose() => socket.Dispose();
}
