using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Testing;

/// <summary>A client between a program and the store: notes each write, and lets a test fail it before or after it took effect.</summary>
public sealed class InterceptedClient(IKubernetesClient inner) : IKubernetesClient
{
    /// <summary>Writes by the program, in their order: "apply domains default/web". Events are not noted.</summary>
    public List<string> Writes { get; } = [];

    /// <summary>Called before each write with its number, from 0.</summary>
    public Action<int> BeforeWrite { get; set; } = _ => { };

    /// <summary>Called before each object that is read by its name.</summary>
    public Action BeforeGet { get; set; } = () => { };

    /// <summary>Called after each write.</summary>
    public Action<int> AfterWrite { get; set; } = _ => { };

    /// <summary>What a write takes after the server has it and before the program has its answer.</summary>
    public Func<Task> Answer { get; set; } = () => Task.CompletedTask;

    /// <summary>Kinds that may not be listed.</summary>
    public Func<Type, bool> Refuse { get; set; } = _ => false;

    /// <summary>The answer of a server that is away.</summary>
    public static KubernetesApiException Unavailable() => new("the server is away", HttpStatusCode.ServiceUnavailable);

    public Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        BeforeGet();
        return inner.GetAsync<T>(name, @namespace, cancellationToken);
    }

    public Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Refuse(typeof(T))
            ? throw new KubernetesApiException($"{T.Definition.QualifiedName} is forbidden", HttpStatusCode.Forbidden)
            : inner.ListAsync<T>(options, cancellationToken);

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Refuse(typeof(T))
            ? throw new KubernetesApiException($"{T.Definition.QualifiedName} is forbidden", HttpStatusCode.Forbidden)
            : inner.WatchAsync<T>(options, cancellationToken);

    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IResource<T> => inner.CreateAsync(entity, cancellationToken);

    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        WriteAsync<T>("apply", entity.Metadata, () => inner.ApplyAsync(entity, options, cancellationToken));

    public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        WriteAsync<T>("apply-status", entity.Metadata, () => inner.ApplyStatusAsync(entity, options, cancellationToken));

    public Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
        where T : class, IResource<T> => typeof(T) == typeof(Event)
            ? inner.PatchAsync<T>(name, @namespace, patch, cancellationToken)
            : WriteAsync<T>("patch", new ObjectMeta { Name = name, Namespace = @namespace }, () => inner.PatchAsync<T>(name, @namespace, patch, cancellationToken));

    public Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => inner.DeleteAsync<T>(name, @namespace, options, cancellationToken);

    private async Task<T> WriteAsync<T>(string verb, ObjectMeta target, Func<Task<T>> write)
        where T : class, IResource<T>
    {
        int number;
        lock (Writes)
        {
            number = Writes.Count;
            Writes.Add($"{verb} {T.Definition.Plural} {target.Namespace}/{target.Name}");
        }

        BeforeWrite(number);
        var result = await write();
        await Answer();
        AfterWrite(number);
        return result;
    }
}
