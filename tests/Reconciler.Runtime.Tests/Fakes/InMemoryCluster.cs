using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>
/// As much of an API server as the runtime's tests need: resource versions, generations, finalizers, JSON patch with tests, watches.
/// Apply replaces what was applied before by anybody: one manager per subresource.
/// </summary>
internal sealed class InMemoryCluster(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Resource, ObjectKey Key), JsonObject> _objects = [];
    private readonly List<(string Resource, long Version, WatchEventType Type, JsonObject Object)> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 100;

    /// <summary>Every call: "patch widgets ns/a".</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Called before each call; throws to make it fail, waits to make it slow.</summary>
    public Func<string, CancellationToken, Task>? Before { get; set; }

    /// <summary>A client of this cluster.</summary>
    public IKubernetesClient Client => new ClusterClient(this);

    public T? Find<T>(string name)
        where T : class, IResource<T>
    {
        lock (_gate)
        {
            return _objects.FirstOrDefault(o => o.Key.Resource == T.Definition.Plural && o.Key.Key.Name == name).Value is { } json ? Decode<T>(json) : null;
        }
    }

    public IReadOnlyList<T> All<T>()
        where T : class, IResource<T>
    {
        lock (_gate)
        {
            return [.. _objects.Where(o => o.Key.Resource == T.Definition.Plural).Select(o => Decode<T>(o.Value))];
        }
    }

    /// <summary>Somebody changes an object by a function on its JSON.</summary>
    public void Edit<T>(string name, Action<JsonObject> edit)
        where T : class, IResource<T>
    {
        lock (_gate)
        {
            var (id, json) = _objects.Single(o => o.Key.Resource == T.Definition.Plural && o.Key.Key.Name == name);
            var next = (JsonObject)json.DeepClone();
            edit(next);
            Commit(id, json, next);
        }
    }

    private static T Decode<T>(JsonObject json)
        where T : class, IResource<T> => json.Deserialize(T.Definition.JsonTypeInfo)!;

    private static JsonObject Encode<T>(T entity)
        where T : class, IResource<T> => (JsonObject)JsonSerializer.SerializeToNode(entity, T.Definition.JsonTypeInfo)!;

    private static KubernetesApiException Refuse(HttpStatusCode code, string reason, string message) =>
        new(message, code, new KubernetesStatus { Code = (int)code, Reason = reason, Message = message });

    private async Task ArriveAsync(string call, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Calls.Add(call);
        }

        if (Before is { } before)
        {
            await before(call, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Commit((string Resource, ObjectKey Key) id, JsonObject? old, JsonObject next)
    {
        var meta = (JsonObject)next["metadata"]!;
        if (old is null)
        {
            meta["uid"] = Guid.NewGuid().ToString();
            meta["generation"] = 1L;
            meta["creationTimestamp"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ");
        }
        else if (!JsonNode.DeepEquals(old["spec"], next["spec"]))
        {
            meta["generation"] = (old["metadata"]!["generation"]?.GetValue<long>() ?? 0) + 1;
        }
        else if (JsonNode.DeepEquals(old, next))
        {
            return;
        }

        meta["resourceVersion"] = (++_version).ToString();
        var gone = meta["deletionTimestamp"] is not null && meta["finalizers"] is not JsonArray { Count: > 0 };
        if (gone)
        {
            _objects.Remove(id);
        }
        else
        {
            _objects[id] = next;
        }

        _history.Add((id.Resource, _version, gone ? WatchEventType.Deleted : old is null ? WatchEventType.Added : WatchEventType.Modified, next));
        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private sealed class ClusterClient(InMemoryCluster cluster) : IKubernetesClient
    {
        public async Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"get {T.Definition.Plural} {new ObjectKey(@namespace, name)}", cancellationToken);
            lock (cluster._gate)
            {
                return cluster._objects.TryGetValue((T.Definition.Plural, new(@namespace, name)), out var json) ? Decode<T>(json) : null;
            }
        }

        public async Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"list {T.Definition.Plural}", cancellationToken);
            lock (cluster._gate)
            {
                return new ResourceList<T> { Items = cluster.All<T>(), ResourceVersion = cluster._version.ToString() };
            }
        }

        public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"{(options.SendInitialEvents ? "stream" : "watch")} {T.Definition.Plural}", cancellationToken);
            if (options.SendInitialEvents)
            {
                throw Refuse(HttpStatusCode.UnprocessableEntity, "Invalid", "resourceVersionMatch is forbidden for watch");
            }

            var version = options.ResourceVersion is { } start ? long.Parse(start) : 0;
            while (true)
            {
                List<(string, long Version, WatchEventType Type, JsonObject Object)> news;
                Task changed;
                lock (cluster._gate)
                {
                    news = [.. cluster._history.Where(h => h.Resource == T.Definition.Plural && h.Version > version)];
                    changed = cluster._changed.Task;
                }

                foreach (var (_, at, type, json) in news)
                {
                    version = at;
                    yield return new WatchEvent<T> { Type = type, Object = Decode<T>(json), ResourceVersion = at.ToString() };
                }

                await changed.WaitAsync(cancellationToken);
            }
        }

        public async Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"create {T.Definition.Plural} {ObjectKey.Of(entity)}", cancellationToken);
            lock (cluster._gate)
            {
                var id = (T.Definition.Plural, ObjectKey.Of(entity));
                if (cluster._objects.ContainsKey(id))
                {
                    throw Refuse(HttpStatusCode.Conflict, "AlreadyExists", $"{id} already exists");
                }

                cluster.Commit(id, null, Encode(entity));
                return Decode<T>(cluster._objects[id]);
            }
        }

        public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public async Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"apply status {T.Definition.Plural} {ObjectKey.Of(entity)} as {options.FieldManager}", cancellationToken);
            return Change<T>(new(entity.Metadata.Namespace, entity.Metadata.Name!), json => json["status"] = Encode(entity)["status"]?.DeepClone());
        }

        public async Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"patch {T.Definition.Plural} {new ObjectKey(@namespace, name)}", cancellationToken);
            return Change<T>(new(@namespace, name), json => Patching.Apply(json, patch, message => Refuse(HttpStatusCode.UnprocessableEntity, "Invalid", $"the server rejected our request due to an error in our request: {message}")));
        }

        public async Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await cluster.ArriveAsync($"delete {T.Definition.Plural} {new ObjectKey(@namespace, name)}", cancellationToken);
            Change<T>(new(@namespace, name), json => json["metadata"]!["deletionTimestamp"] = cluster.Now());
        }

        private T Change<T>(ObjectKey key, Action<JsonObject> change)
            where T : class, IResource<T>
        {
            lock (cluster._gate)
            {
                var id = (T.Definition.Plural, key);
                if (!cluster._objects.TryGetValue(id, out var json))
                {
                    throw Refuse(HttpStatusCode.NotFound, "NotFound", $"{id} not found");
                }

                var next = (JsonObject)json.DeepClone();
                change(next);
                cluster.Commit(id, json, next);
                return Decode<T>(next);
            }
        }
    }

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ");
}
