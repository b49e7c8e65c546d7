namespace Reconciler.Xen.Store.Transports;

/// <summary>Connects to the given endpoint, or to what <see cref="XenstoreEndpoints.Resolve()"/> finds at that moment.</summary>
internal sealed class EndpointConnector(string? path) : IXenstoreConnector
{
    public string Endpoint { get; private set; } = path ?? "";

    public ValueTask<IXenstoreTransport> ConnectAsync(CancellationToken cancellationToken)
    {
        Endpoint = path ?? XenstoreEndpoints.Resolve();
        return SocketTransport.ConnectAsync(Endpoint, cancellationToken);
    }
}
