using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store.Tests.Transports;

/// <summary>One end of a pair of byte streams in memory.</summary>
internal sealed class MemoryTransport : IXenstoreTransport
{
    private readonly BytePipe _incoming;
    private readonly BytePipe _outgoing;

    private MemoryTransport(BytePipe incoming, BytePipe outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    /// <summary>The client's end and the server's.</summary>
    public static (MemoryTransport Client, MemoryTransport Server) Pair()
    {
        var (toServer, toClient) = (new BytePipe(), new BytePipe());
        return (new MemoryTransport(toClient, toServer), new MemoryTransport(toServer, toClient));
    }

    /// <summary>How often the peer was sent something: each counts one write, however many messages it held.</summary>
    public int Writes => _outgoing.Writes;

    /// <summary>While set, sends do not complete, as with a peer that doesn't read.</summary>
    public void HoldSends() => _outgoing.Hold();

    public void ReleaseSends() => _outgoing.Release();

    public int Receive(Span<byte> buffer) => _incoming.Read(buffer);

    public ValueTask SendAsync(ReadOnlyMemory<byte> messages) => _outgoing.WriteAsync(messages);

    public void Shutdown()
    {
        _incoming.End();
        _outgoing.End();
    }

    public void Dispose()
    {
    }
}
