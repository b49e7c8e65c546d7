namespace Reconciler.Xen.Store;

/// <summary>A hint that something changed; never data. Read the store to know what is.</summary>
/// <param name="Kind">Whether one path changed or everything watched may have.</param>
/// <param name="Path">
/// The path that changed: the watched path, one below it, or <c>@introduceDomain</c> / <c>@releaseDomain</c>. With
/// <see cref="XenstoreEventKind.Resync"/> the watched path.
/// </param>
public readonly record struct XenstoreEvent(XenstoreEventKind Kind, string Path);
