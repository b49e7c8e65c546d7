namespace Reconciler.Kubernetes.Client;

/// <summary>The types of watch frames.</summary>
public enum WatchEventType
{
    /// <summary>Made, or come into the selector.</summary>
    Added,

    /// <summary>Changed.</summary>
    Modified,

    /// <summary>Deleted, or gone out of the selector.</summary>
    Deleted,

    /// <summary>Nothing happened up to this version.</summary>
    Bookmark,

    /// <summary>The watch can't go on; the last frame.</summary>
    Error,
}
