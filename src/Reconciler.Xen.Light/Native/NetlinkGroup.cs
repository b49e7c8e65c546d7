using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Xen.Light.Native;

/// <summary>One multicast group of netlink(7), listened to by a thread of its own.</summary>
internal sealed partial class NetlinkGroup : IDisposable
{
    private const int Family = 16;
    private const int NoBufferSpace = 105, Interrupted = 4;

    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle _closed = ProcessDescriptors.NewSignal();

    private NetlinkGroup(SafeFileHandle socket) => _socket = socket;

    /// <summary>Null: the kernel does not have it, or does not let us.</summary>
    public static NetlinkGroup? TryJoin(int protocol, uint group)
    {
        try
        {
            var socket = Libc.OpenNetlink(protocol);

            // struct sockaddr_nl
            var address = new byte[12];
            BitConverter.TryWriteBytes(address, (ushort)Family);
            BitConverter.TryWriteBytes(address.AsSpan(8), group);
            if (Bind(socket, address, address.Length) == 0) return new NetlinkGroup(socket);
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
        while (true)
        {
            var ready = ProcessDescriptors.WaitForAny([_socket, _closed]);
            if (ready[1])
            {
                _socket.Dispose();
                _closed.Dispose();
                return null;
            }
            if (!ready[0]) continue;
            try
            {
                return Libc.ReceiveFrom(_socket, buffer);
            }
            catch (IOException) when (Marshal.GetLastPInvokeError() is Interrupted)
            {
                // Nothing came.
            }
            catch (IOException) when (Marshal.GetLastPInvokeError() is NoBufferSpace)
            {
                return 0;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    /// <summary>The listener closes the socket, when it sees this.</summary>
    public void Dispose() => ProcessDescriptors.Signal(_closed);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(SafeFileHandle socket, [In] byte[] address, int length);
}
