namespace Reconciler.Xen.Store;

/// <summary>Whether a <see cref="XenstoreClient"/> can reach xenstored.</summary>
public enum XenstoreConnectionState
{
    /// <summary>There is no connection; it is being made. Operations fail at once with <see cref="XenstoreError.Disconnected"/>.</summary>
    Disconnected,

    /// <summary>Connected, and every watch is registered.</summary>
    Connected,

    /// <summary>The client was disposed of.</summary>
    Closed,
}
