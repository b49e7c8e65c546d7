using System.Net;
using System.Net.Sockets;

namespace Reconciler.Testing.Lab;

/// <summary>TCP ports of this machine's loopback.</summary>
public static class LoopbackPort
{
    /// <summary>A port that nobody listens on now, for a program that can't choose one itself.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
