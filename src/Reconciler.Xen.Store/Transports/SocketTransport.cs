using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Reconciler.Xen.Store.Transports;

/// <summary>xenstored's unix stream socket.</summary>
internal sealed class SocketTransport(Socket socket) : IXenstoreTransport
{
    // Linux' SOL_SOCKET and SO_SNDTIMEO (asm-generic/socket.h): they bound connect(2) too, which .NET's SendTimeout does not.
    private const int SocketLevel = 1;
    private const int SendTimeout = 21;

    public static IXenstoreTransport Connect(string path, TimeSpan timeout)
    {
        // Connected, and later read, with blocking calls only: the first asynchronous one would make the descriptor non-blocking for good.
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            SetSendTimeout(socket, timeout);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            SetSendTimeout(socket, TimeSpan.Zero);
            return new SocketTransport(socket);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (error is SocketException or ArgumentException) throw new IOException(Explain(error), error);
            throw;
        }
    }

    public int Receive(Span<byte> buffer)
    {
        try
        {
            return socket.Receive(buffer);
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> messages)
    {
        var sent = Posix.SendNow(socket.SafeHandle, messages.Span);
        return sent == messages.Length ? ValueTask.CompletedTask : new ValueTask(Task.Run(() => SendRest(messages[sent..])));
    }

    public void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other end was faster.
        }
    }

    public void Dispose() => socket.Dispose();

    private void SendRest(ReadOnlyMemory<byte> messages)
    {
        try
        {
            while (!messages.IsEmpty) messages = messages[socket.Send(messages.Span)..];
        }
        catch (SocketException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    /// <summary>.NET's own messages are about internet addresses.</summary>
    private static string Explain(Exception error) => (error as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable => "no such file; is xenstored running?",
        SocketError.ConnectionRefused => "nobody listens on it; is xenstored running?",
        SocketError.AccessDenied => "permission denied; xenstored's socket is root's",
        SocketError.WouldBlock or SocketError.TimedOut => "no answer; xenstored seems to hang",
        _ => error.Message,
    };

    /// <summary>Zero means none, as in socket(7).</summary>
    private static void SetSendTimeout(Socket socket, TimeSpan timeout)
    {
        ReadOnlySpan<nint> timeval = [(nint)timeout.TotalSeconds, timeout.Milliseconds * 1000];
        socket.SetRawSocketOption(SocketLevel, SendTimeout, MemoryMarshal.AsBytes(timeval));
    }
}
