namespace Reconciler.Xen.Store.Transports;

/// <summary>Opens transports: the real one, or a test's.</summary>
internal interface IXenstoreConnector
{
    /// <summary>What the last attempt tried to reach, for messages.</summary>
    string Endpoint { get; }

    /// <summary>Blocks for some seconds at most. Throws <see cref="IOException"/> when nothing answers.</summary>
    IXenstoreTransport Connect();
}
