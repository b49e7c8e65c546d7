using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Xen.Light.Native;

/// <summary>One multicast group of netlink(7), listened to by a thread of its own.</summary>
internal sealed partial class NetlinkGroup : IDisposable
{
    private const int Family = 16;
    private const int NoBufferSpace = 105, Interrupted = 4, TryAgain = 11;
    private const int Level = 1, ReceiveTimeout = 20;

    private readonly SafeFileHandle _socket;
    private volatile bool _isClosed;

    private NetlinkGroup(SafeFileHandle socket) => _socket = socket;

    /// <summary>Null: the kernel does not have it, or does not let us.</summary>
    public static NetlinkGroup? TryJoin(int protocol, uint group)
    {
        try
        {
            var socket = Libc.OpenNetlink(protocol);

            // struct sockaddr_nl. A second is how late a listener may be to learn that it is closed.
            var address = new byte[12];
            BitConverter.TryWriteBytes(address, (ushort)Family);
            BitConverter.TryWriteBytes(address.AsSpan(8), group);
            if (Bind(socket, address, address.Length) == 0 && SetOption(socket, Level, ReceiveTimeout, [1, 0], 16) == 0) return new NetlinkGroup(socket);
            socket.Dispose();
        }
        catch (IOException)
        {
            // As above.
        }
        return null;
    }

    /// <returns>The length of the next datagram; 0: some were lost; null: it is closed.</returns>
    public int? Receive(byte[] buffer)
    {
        while (!_isClosed)
        {
            try
            {
                return Libc.ReceiveFrom(_socket, buffer);
            }
            catch (IOException) when (Marshal.GetLastPInvokeError() is Interrupted or TryAgain)
            {
                // Nothing came.
            }
            catch (IOException) when (Marshal.GetLastPInvokeError() is NoBufferSpace)
            {
                return 0;
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return null;
            }
        }
        _socket.Dispose();
        return null;
    }

    /// <summary>The listener closes the socket, when it sees this.</summary>
    public void Dispose() => _isClosed = true;

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, [In] byte[] address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, [In] long[] value, int length);
}
