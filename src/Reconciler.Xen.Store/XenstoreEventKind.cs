namespace Reconciler.Xen.Store;

/// <summary>What a <see cref="XenstoreEvent"/> says.</summary>
public enum XenstoreEventKind
{
    /// <summary>The node at the event's path, or something below it, was created, written, removed, or changed its permissions.</summary>
    Changed,

    /// <summary>
    /// Anything at or below the watched path may have changed: the connection was made anew, or more different paths changed than are
    /// kept one by one. Read everything again that depends on it.
    /// </summary>
    Resync,
}
