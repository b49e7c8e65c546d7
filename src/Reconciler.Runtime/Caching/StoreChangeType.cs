namespace Reconciler.Runtime.Caching;

/// <summary>What happened to an object in a store.</summary>
public enum StoreChangeType
{
    Added,
    Updated,
    Deleted,
}
