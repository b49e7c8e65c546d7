namespace Reconciler.Kubernetes.Client;

/// <summary>The types of watch frames.</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,
    Error,
}
