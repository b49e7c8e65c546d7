namespace Reconciler.Embedded.Storage;

/// <summary>For stores that live as long as the process.</summary>
internal sealed class MemoryStorage : IObjectStorage
{
    public void Write(StoredObject entity)
    {
    }

    public void Delete(StoredObject entity, long version)
    {
    }

    public void Dispose()
    {
    }
}
