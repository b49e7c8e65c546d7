using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Client;

/// <summary>
/// The Kubernetes API as this project uses it. Two implementations: a real API server over HTTP, and the embedded in-process store
/// that serves a directory of manifests. Reads and patches only: no object is ever PUT, so fields that this build does not know are safe.
/// </summary>
/// <remarks>Failures are <see cref="KubernetesApiException"/> with the server's Status, or its connection-level cause.</remarks>
public interface IKubernetesClient
{
    /// <summary>One object, or null when there is none.</summary>
    Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>One page of a list. Follow <see cref="ResourceList{T}.Continue"/> for the rest.</summary>
    Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>
    /// Events from a resource version on. The sequence ends when the server ends the watch, which is normal; an ERROR frame is an
    /// event of type <see cref="WatchEventType.Error"/>, the last one. Failure to start is an exception.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>Creates an object; <c>metadata.generateName</c> is honoured. A name that is taken is a conflict (AlreadyExists).</summary>
    Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>
    /// Server-side apply. <paramref name="entity"/> holds exactly the fields that <see cref="ApplyOptions.FieldManager"/> owns: one that
    /// it owned and that is missing now is removed. Creates the object when it is not there.
    /// </summary>
    Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>Server-side apply to the status subresource; the object must exist.</summary>
    Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>RFC 6902 patch; its "test" operations make it conditional, a failed one is <see cref="KubernetesApiException.IsOutdated"/>.</summary>
    Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    /// <summary>Asks for deletion; with preconditions, only of the object meant. Gone already: done.</summary>
    Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;
}
