using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Testing;

/// <summary>A client for what only lists and watches.</summary>
public abstract class ListWatchClient : IKubernetesClient
{
    public abstract Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    public abstract IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>;

    public Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();

    public Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => throw new NotSupportedException();
}
