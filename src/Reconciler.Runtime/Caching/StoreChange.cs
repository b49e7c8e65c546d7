using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Caching;

/// <summary>A change of a store, told after the store shows it.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Key">To whom.</param>
/// <param name="Old">Before; null for Added, and when it could not be read before. The last known state for Deleted.</param>
/// <param name="New">After; null for Deleted. Its uid differs from <paramref name="Old"/>'s when the object was deleted and made again unseen.</param>
/// <param name="IsInitial">Part of the first fill (or of the replay to a late subscriber): known before, not news.</param>
public sealed record StoreChange<T>(StoreChangeType Type, ObjectKey Key, T? Old, T? New, bool IsInitial)
    where T : class, IResource<T>;
