namespace Reconciler.Runtime.Caching;

/// <summary>The five words that a reflector says (those of kube-rs' watcher).</summary>
public enum ReflectorEventType
{
    /// <summary>A list begins; what follows up to <see cref="InitDone"/> is the whole state. An unfinished list before it is void.</summary>
    Init,

    /// <summary>An object of the list.</summary>
    InitApply,

    /// <summary>The list is complete: what it did not hold is gone.</summary>
    InitDone,

    /// <summary>An object was added or changed.</summary>
    Apply,

    /// <summary>An object was deleted, or has left the selector.</summary>
    Delete,
}
