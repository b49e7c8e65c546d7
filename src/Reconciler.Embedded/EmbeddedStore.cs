using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Selection;
using Reconciler.Embedded.Storage;
using Reconciler.Embedded.Writing;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Embedded;

/// <summary>
/// A Kubernetes API in this process, for one host and for tests: the same calls, the same semantics, no server.
/// </summary>
/// <remarks>
/// What holds, as with an API server:
/// <list type="bullet">
/// <item>uid, generation (grows with the spec, and when deletion is asked for), resourceVersion (opaque; grows), creationTimestamp;</item>
/// <item>defaults and validation by the CustomResourceDefinition; status only through its subresource; a write that changes nothing is no event;</item>
/// <item>deletion waits for finalizers; preconditions of deletes and patches;</item>
/// <item>server-side apply with field ownership; lists in pages of one snapshot; watches from a version, 410 when that is forgotten.</item>
/// </list>
/// What differs: a field that the schema does not have is refused, not dropped; CEL rules other than "self == oldSelf" are not evaluated;
/// there is no garbage collection of owned objects. Calls complete synchronously, after the change is on disk.
/// </remarks>
public sealed partial class EmbeddedStore : IKubernetesClient, IDisposable
{
    private readonly EmbeddedStoreOptions _options;
    private readonly IObjectStorage _storage;
    private readonly ObjectTable _table;
    private readonly ObjectWriter _writer;
    private readonly DamagedObjects _damaged;

    private EmbeddedStore(EmbeddedStoreOptions options, IObjectStorage storage, LoadedState state)
    {
        _options = options;
        _storage = storage;
        ResourceTypes = options.ResourceTypes ?? CustomResourceDefinitions.ReadBuiltIn();
        _damaged = new DamagedObjects(state.Damaged);
        _table = new ObjectTable(storage, state.Objects, state.ResourceVersion, options.HistoryLength);
        _writer = new ObjectWriter(_table, _damaged, options);
    }

    /// <summary>The kinds that have a schema.</summary>
    public IReadOnlyList<ResourceType> ResourceTypes { get; }

    /// <summary>Objects whose state could not be read and that were not created anew since.</summary>
    public IReadOnlyList<DamagedObject> Damaged => [.. _damaged.All];

    /// <summary>A store that lives as long as the process.</summary>
    public static EmbeddedStore InMemory(EmbeddedStoreOptions? options = null) =>
        new(options ?? new EmbeddedStoreOptions(), new MemoryStorage(), LoadedState.Empty);

    /// <summary>A store that survives the process. Only one can have a directory at a time.</summary>
    /// <param name="stateDirectory">Is made when it is not there.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="StateDirectoryException">The directory is in use by another store, or can't be used.</exception>
    public static EmbeddedStore Open(string stateDirectory, EmbeddedStoreOptions? options = null) =>
        Open(stateDirectory, options ?? new EmbeddedStoreOptions(), new FileSteps());

    internal static EmbeddedStore Open(string stateDirectory, EmbeddedStoreOptions options, IFileSteps steps)
    {
        options = options with { ResourceTypes = options.ResourceTypes ?? CustomResourceDefinitions.ReadBuiltIn() };
        var (storage, state) = StateDirectory.Open(
            Path.GetFullPath(stateDirectory), options.ResourceTypes.Where(t => t.IsPersistent).Select(t => t.QualifiedName), steps);
        return new EmbeddedStore(options, storage, state);
    }

    /// <inheritdoc/>
    public Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(
        () =>
        {
            var type = TypeOf<T>();
            var key = new ObjectKey(type.QualifiedName, type.Namespaced ? @namespace : null, name);
            _damaged.ThrowIfDamaged(key);
            return _table.Find(key) is { } found ? Decode<T>(found) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(() => List<T>(options), cancellationToken);

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(() => Decode<T>(_writer.Create(TypeOf<T>(), Encode(entity))), cancellationToken);

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(() => Decode<T>(_writer.Apply(TypeOf<T>(), Encode(entity), options)), cancellationToken);

    /// <inheritdoc/>
    public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(() => Decode<T>(_writer.ApplyStatus(TypeOf<T>(), Encode(entity), options)), cancellationToken);

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(() => Decode<T>(_writer.Patch(TypeOf<T>(), @namespace, name, patch)), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => Run(
        () =>
        {
            _writer.Delete(TypeOf<T>(), @namespace, name, options);
            return true;
        },
        cancellationToken);

    /// <summary>All objects of a kind as plain JSON, in the order of namespace and name.</summary>
    public IReadOnlyList<JsonObject> ReadAll(ResourceType type) => [.. _table.Current.OfType(type.QualifiedName).Select(o => o.ToNode())];

    /// <summary>One object as plain JSON; null when there is none.</summary>
    internal JsonObject? Find(ObjectKey key) => _table.Find(key)?.ToNode();

    /// <summary>Server-side apply of plain JSON.</summary>
    /// <exception cref="KubernetesApiException">It was refused.</exception>
    public JsonObject Apply(ResourceType type, JsonObject entity, ApplyOptions options) => _writer.Apply(type, entity, options).ToNode();

    /// <summary>Asks for the deletion of an object.</summary>
    /// <exception cref="KubernetesApiException">It was refused.</exception>
    public void Delete(ResourceType type, string name, string? @namespace, DeleteOptions options) =>
        _writer.Delete(type, @namespace, name, options);

    /// <summary>
    /// Says which uids objects of a kind get that are made from now on: those of guests which are there already, when the state directory was
    /// lost. Replaces what was said before of the kind; an object that is there keeps its own, and each uid is given out once.
    /// </summary>
    public void ReserveUids(ResourceType type, IEnumerable<(string? Namespace, string Name, Guid Uid)> uids)
    {
        lock (_table.Gate)
        {
            foreach (var key in _writer.ReservedUids.Keys.Where(key => key.Type == type.QualifiedName).ToArray()) _writer.ReservedUids.Remove(key);
            foreach (var (space, name, uid) in uids) _writer.ReservedUids[new ObjectKey(type.QualifiedName, space, name)] = uid.ToString();
        }
    }

    /// <summary>Forgets the history, as an API server does every few minutes: what was listed or watched before is answered with 410.</summary>
    public void Compact() => _table.Compact();

    /// <inheritdoc/>
    public void Dispose()
    {
        EndWatches();
        _storage.Dispose();
    }

    private ResourceList<T> List<T>(ListOptions options)
        where T : class, IResource<T>
    {
        var type = TypeOf<T>();
        var selector = ReadSelector(type, options.Namespace, options.LabelSelector, options.FieldSelector);
        var (snapshot, after) = options.Continue is { } token ? Resume(type, token) : (_table.Current, (ObjectKey?)null);
        if (options.Continue is null && ReadVersion(options.ResourceVersion) is { } wanted && wanted > snapshot.ResourceVersion)
            throw ApiErrors.TooLargeResourceVersion(wanted, snapshot.ResourceVersion);

        var rest = snapshot.OfType(type.QualifiedName).Where(o => (after is null || o.Key > after) && selector.Matches(o)).ToArray();
        var page = options.Limit is { } limit and > 0 && rest.Length > limit ? rest[..limit] : rest;
        var (items, undecodable) = (new List<T>(page.Length), new List<UndecodableObject>());
        foreach (var entity in page)
        {
            if (TryDecode<T>(entity, out var item, out var error)) items.Add(item);
            else undecodable.Add(error);
        }

        undecodable.AddRange(_damaged.All
            .Where(d => d.Type == type.QualifiedName && (options.Namespace is null || d.Namespace == options.Namespace))
            .Select(d => new UndecodableObject(d.Namespace, d.Name, d.ToString())));
        return new ResourceList<T>
        {
            Items = items,
            Undecodable = undecodable,
            ResourceVersion = snapshot.ResourceVersion.ToString(CultureInfo.InvariantCulture),
            Continue = page.Length < rest.Length ? ContinueToken(snapshot, page[^1].Key) : null,
        };
    }

    private static string ContinueToken(StoreSnapshot snapshot, ObjectKey last) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{snapshot.ResourceVersion}/{last.Namespace}/{last.Name}"));

    private (StoreSnapshot Snapshot, ObjectKey? After) Resume(ResourceType type, string token)
    {
        var buffer = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, buffer, out var length)
            || Encoding.UTF8.GetString(buffer, 0, length).Split('/') is not [var versionText, var space, var name]
            || ReadVersion(versionText) is not { } version)
        {
            throw ApiErrors.BadRequest("continue key is not valid");
        }

        var snapshot = _table.SnapshotAt(version)
            ?? throw ApiErrors.Expired(
                "The provided continue parameter is too old to display a consistent list result. "
                + "You can start a new list without the continue parameter.");
        return (snapshot, new ObjectKey(type.QualifiedName, space.Length == 0 ? null : space, name));
    }

    /// <summary>Null for "any": absent, empty or "0".</summary>
    private static long? ReadVersion(string? text)
    {
        if (string.IsNullOrEmpty(text) || text == "0") return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw ApiErrors.BadRequest($"Invalid value: \"{text}\": a resource version of this store is expected");
    }

    private static Selector ReadSelector(ResourceType type, string? @namespace, string? labelSelector, string? fieldSelector)
    {
        try
        {
            return new Selector(type.Namespaced ? @namespace : null, labelSelector, fieldSelector);
        }
        catch (FormatException exception)
        {
            throw ApiErrors.BadRequest(exception.Message);
        }
    }

    private ResourceType TypeOf<T>()
        where T : class, IResource<T> =>
        ResourceTypes.FirstOrDefault(t => t.Group == Kind<T>.Definition.Group && t.Plural == Kind<T>.Definition.Plural) ?? ResourceType.WithoutSchema(Kind<T>.Definition);

    private static JsonObject Encode<T>(T entity)
        where T : class, IResource<T> => (JsonObject)JsonSerializer.SerializeToNode(entity, Kind<T>.Definition.JsonTypeInfo)!;

    private static T Decode<T>(StoredObject entity)
        where T : class, IResource<T> =>
        JsonSerializer.Deserialize(entity.Json.Span, (JsonTypeInfo<T>)Kind<T>.Definition.JsonTypeInfo)!;

    private static bool TryDecode<T>(
        StoredObject entity, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? item,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out UndecodableObject? error)
        where T : class, IResource<T>
    {
        try
        {
            (item, error) = (Decode<T>(entity), null);
            return true;
        }
        catch (JsonException exception)
        {
            (item, error) = (null, new UndecodableObject(entity.Key.Namespace, entity.Key.Name, exception.Message));
            return false;
        }
    }

    /// <summary>Synchronous work with asynchronous manners: failures and cancellation are in the task.</summary>
    private static Task<TResult> Run<TResult>(Func<TResult> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<TResult>(cancellationToken);
        try
        {
            return Task.FromResult(call());
        }
        catch (KubernetesApiException exception)
        {
            return Task.FromException<TResult>(exception);
        }
    }
}
