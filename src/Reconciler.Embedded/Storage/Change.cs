namespace Reconciler.Embedded.Storage;

/// <summary>One change: an object before and after it.</summary>
/// <param name="Before">Null when it was created.</param>
/// <param name="After">Null when it went.</param>
/// <param name="Snapshot">Everything as it was right after; its resource version is the change's.</param>
internal sealed record Change(StoredObject? Before, StoredObject? After, StoreSnapshot Snapshot)
{
    public ObjectKey Key => (After ?? Before)!.Key;
}
