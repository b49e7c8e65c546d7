namespace Reconciler.Embedded.Storage;

/// <summary>Where objects survive the process. A call that returns has made its change durable.</summary>
/// <remarks>
/// Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; the change may or may not have been made then.
/// </remarks>
internal interface IObjectStorage : IDisposable
{
    void Write(StoredObject entity);

    /// <param name="entity">What goes.</param>
    /// <param name="version">The resource version of its going: it must not be used again.</param>
    void Delete(StoredObject entity, long version);
}
