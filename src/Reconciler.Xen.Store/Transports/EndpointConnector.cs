namespace Reconciler.Xen.Store.Transports;

/// <summary>Connects to the given endpoint, or to what <see cref="XenstoreEndpoints.Resolve()"/> finds at that moment.</summary>
internal sealed class EndpointConnector(string? path) : IXenstoreConnector
{
    // A xenstored that hangs leaves its backlog (one connection) full, and a connect waits for room in it.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public string Endpoint { get; private set; } = path ?? "";

    public IXenstoreTransport Connect()
    {
        Endpoint = path ?? XenstoreEndpoints.Resolve();
        return IsDevice(Endpoint) ? DeviceTransport.Open(Endpoint) : SocketTransport.Connect(Endpoint, ConnectTimeout);
    }

    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);
}
