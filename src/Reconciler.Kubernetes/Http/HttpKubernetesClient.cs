using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Http;

/// <summary>The Kubernetes API over HTTP.</summary>
/// <remarks>
/// Calls that may be repeated are, a few times (connection lost, 429, 503, 504; Retry-After is honoured); the others only when they
/// were not sent or were turned away. A 401 refreshes the credentials once. Safe for concurrent use.
/// </remarks>
public sealed class HttpKubernetesClient : IKubernetesClient, IDisposable
{
    private const string ApplyPatch = "application/apply-patch+yaml";
    private readonly ApiTransport _transport;
    private readonly HttpKubernetesClientOptions _options;
    private readonly TimeProvider _time;

    /// <summary>A client; connects with the first call.</summary>
    public HttpKubernetesClient(KubernetesConfig config, HttpKubernetesClientOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        _options = options ?? new HttpKubernetesClientOptions();
        _time = time ?? TimeProvider.System;
        _transport = new ApiTransport(config, _options, _time);
    }

    /// <inheritdoc/>
    public async Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var call = new ApiCall
        {
            Method = HttpMethod.Get,
            Path = ResourcePaths.Object(Kind<T>.Definition, @namespace, name),
            Description = ApiCall.Describe("get", Kind<T>.Definition, @namespace, name),
            IsIdempotent = true,
        };
        try
        {
            return await _transport.SendAsync(call, ReadObjectAsync<T>, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesApiException exception) when (IsAbsent(exception, name))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        var query = ResourcePaths.Query(
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("limit", options.Limit?.ToString(CultureInfo.InvariantCulture)),
            ("continue", options.Continue),
            // The token holds the version of its list; the server refuses both together.
            ("resourceVersion", options.Continue is null ? options.ResourceVersion : null));
        var call = new ApiCall
        {
            Method = HttpMethod.Get,
            Path = ResourcePaths.Collection(Kind<T>.Definition, options.Namespace) + query,
            Description = ApiCall.Describe("list", Kind<T>.Definition, options.Namespace, null),
            IsIdempotent = true,
            IsList = true,
        };
        return _transport.SendAsync(call, ReadListAsync<T>, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        var call = WatchCall(Kind<T>.Definition, options);
        using var stream = await _transport.OpenAsync(call, cancellationToken).ConfigureAwait(false);

        // Without this a connection that died silently would hang the watch for good.
        var patience = options.Timeout is { } timeout ? timeout + _options.WatchGrace : Timeout.InfiniteTimeSpan;
        using var guard = new CancellationTokenSource(patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, guard.Token);
        var decoder = new WatchDecoder<T>(await ApiStream.OpenPipeAsync(stream.Response, both.Token).ConfigureAwait(false));
        while (true)
        {
            WatchEvent<T>? watchEvent;
            try
            {
                watchEvent = await decoder.NextAsync(both.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw _transport.TimedOut(call, patience, exception);
            }
            catch (Exception exception) when (_transport.Translate(call, exception) is { } translated)
            {
                throw translated;
            }

            if (watchEvent is null) yield break;
            yield return watchEvent;
            if (watchEvent.Type == WatchEventType.Error) yield break;
        }
    }

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var metadata = entity.Metadata;
        ResourcePaths.CheckNamespaced(Kind<T>.Definition, metadata.Namespace);
        var call = new ApiCall
        {
            Method = HttpMethod.Post,
            Path = ResourcePaths.Collection(Kind<T>.Definition, metadata.Namespace),
            Description = ApiCall.Describe("create", Kind<T>.Definition, metadata.Namespace, metadata.Name ?? $"{metadata.GenerateName}*"),
            Body = TypeMeta.Serialize(entity),
            IsIdempotent = false,
        };
        return _transport.SendAsync(call, ReadObjectAsync<T>, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => ApplyAsync(entity, subresource: null, options, cancellationToken);

    /// <inheritdoc/>
    public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> => ApplyAsync(entity, "status", options, cancellationToken);

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(patch);
        var call = new ApiCall
        {
            Method = HttpMethod.Patch,
            Path = ResourcePaths.Object(Kind<T>.Definition, @namespace, name),
            Description = ApiCall.Describe("patch", Kind<T>.Definition, @namespace, name),
            Body = Encoding.UTF8.GetBytes(patch.ToString()),
            ContentType = "application/json-patch+json",
            IsIdempotent = false,
        };
        return _transport.SendAsync(call, ReadObjectAsync<T>, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        var call = new ApiCall
        {
            Method = HttpMethod.Delete,
            Path = ResourcePaths.Object(Kind<T>.Definition, @namespace, name),
            Description = ApiCall.Describe("delete", Kind<T>.Definition, @namespace, name),
            Body = Serialize(options),

            // Without a uid a second try could hit the next object of that name.
            IsIdempotent = options.Uid is not null,
        };
        try
        {
            await _transport.SendAsync(call, static (_, _) => Task.FromResult(true), cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesApiException exception) when (IsAbsent(exception, name))
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private Task<T> ApplyAsync<T>(T entity, string? subresource, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(options);
        var metadata = entity.Metadata;
        var query = ResourcePaths.Query(("fieldManager", options.FieldManager), ("force", options.Force ? "true" : null));
        var call = new ApiCall
        {
            Method = HttpMethod.Patch,
            Path = ResourcePaths.Object(Kind<T>.Definition, metadata.Namespace, metadata.Name, subresource) + query,
            Description = ApiCall.Describe(subresource is null ? "apply" : $"apply the {subresource} of", Kind<T>.Definition, metadata.Namespace, metadata.Name),
            Body = ApplyBody.Of(entity),
            ContentType = ApplyPatch,
            IsIdempotent = true,
        };
        return _transport.SendAsync(call, ReadObjectAsync<T>, cancellationToken);
    }

    private static ApiCall WatchCall(ResourceDefinition definition, WatchOptions options) => new()
    {
        Method = HttpMethod.Get,
        Path = ResourcePaths.Collection(definition, options.Namespace) + ResourcePaths.Query(
            ("watch", "true"),
            ("allowWatchBookmarks", options.AllowBookmarks ? "true" : null),
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("resourceVersion", options.ResourceVersion),
            ("timeoutSeconds", options.Timeout is { } timeout ? ((long)Math.Ceiling(timeout.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null),
            ("sendInitialEvents", options.SendInitialEvents ? "true" : null),
            ("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null)),
        Description = ApiCall.Describe("watch", definition, options.Namespace, null),
        IsIdempotent = true,
    };

    /// <summary>
    /// 404 is said of an object that is not there, and of a kind that the server does not know (no CRD, a proxy in between). Only the
    /// first names the object: taking the second for it would let a controller believe that everything was deleted.
    /// </summary>
    private static bool IsAbsent(KubernetesApiException exception, string name) =>
        exception.IsNotFound && exception.Status?.Details?.Name == name;

    private static async Task<T> ReadObjectAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await JsonSerializer.DeserializeAsync(stream, Kind<T>.Definition.JsonTypeInfo, cancellationToken).ConfigureAwait(false)
            ?? throw new JsonException("the object is null");
    }

    private static async Task<ResourceList<T>> ReadListAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return await new ListDecoder<T>().ReadAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static byte[] Serialize(DeleteOptions options)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", "v1");
            writer.WriteString("kind", "DeleteOptions");
            if (options.Uid is not null || options.ResourceVersion is not null)
            {
                writer.WriteStartObject("preconditions");
                if (options.Uid is not null) writer.WriteString("uid", options.Uid);
                if (options.ResourceVersion is not null) writer.WriteString("resourceVersion", options.ResourceVersion);
                writer.WriteEndObject();
            }

            if (options.PropagationPolicy is not null) writer.WriteString("propagationPolicy", options.PropagationPolicy);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
