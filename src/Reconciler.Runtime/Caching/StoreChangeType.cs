namespace Reconciler.Runtime.Caching;

/// <summary>What happened to an object in a store.</summary>
public enum StoreChangeType
{
    /// <summary>It was not here before.</summary>
    Added,

    /// <summary>It is another version now.</summary>
    Updated,

    /// <summary>It is gone, or out of the selector.</summary>
    Deleted,
}
