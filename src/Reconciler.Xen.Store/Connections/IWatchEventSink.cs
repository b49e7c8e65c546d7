namespace Reconciler.Xen.Store.Connections;

/// <summary>Where a connection hands watch events. Called on the read loop: it must not wait.</summary>
internal interface IWatchEventSink
{
    /// <summary>Both are UTF-8 and valid only during the call.</summary>
    void OnWatchEvent(ReadOnlySpan<byte> path, ReadOnlySpan<byte> token);
}
