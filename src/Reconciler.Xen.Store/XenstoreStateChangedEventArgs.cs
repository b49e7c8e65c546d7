namespace Reconciler.Xen.Store;

/// <summary>A <see cref="XenstoreClient"/> was connected, disconnected or closed.</summary>
public sealed class XenstoreStateChangedEventArgs(XenstoreConnectionState state, Exception? reason) : EventArgs
{
    public XenstoreConnectionState State { get; } = state;

    /// <summary>Why there is no connection; null when there is one.</summary>
    public Exception? Reason { get; } = reason;
}
