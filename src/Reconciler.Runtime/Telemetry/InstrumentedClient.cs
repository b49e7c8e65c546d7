using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Telemetry;

/// <summary>
/// Passes calls on to another client, measures each (<c>rest_client_*</c>), and makes it a span of the trace that it belongs to. Calls outside
/// of a trace, such as the renewals of a lease, leave no span.
/// </summary>
/// <param name="client">Does the calls; not disposed.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="time">Measures them.</param>
public sealed class InstrumentedClient(IKubernetesClient client, RuntimeMetrics metrics, TimeProvider time) : IKubernetesClient
{
    // As client-go counts what no server has answered.
    private const string NoAnswer = "<error>";

    /// <inheritdoc/>
    public Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        ObserveAsync<T, T?>("get", null, @namespace, name, () => client.GetAsync<T>(name, @namespace, cancellationToken), found => found is null ? "404" : "200");

    /// <inheritdoc/>
    public Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        return ObserveAsync<T, ResourceList<T>>("list", null, options.Namespace, null, () => client.ListAsync<T>(options, cancellationToken));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        // Counted once, with the first that is heard of it.
        var counted = false;
        await using var events = client.WatchAsync<T>(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            bool more;
            try
            {
                more = await events.MoveNextAsync();
                Count(more && events.Current is { Type: WatchEventType.Error, Status.Code: { } code } ? Text(code) : "200");
            }
            catch (Exception e)
            {
                Count(CodeOf(e));
                throw;
            }

            if (!more)
            {
                yield break;
            }

            yield return events.Current;
        }

        void Count(string code)
        {
            if (!counted)
            {
                metrics.Requested("watch", Kind<T>.Definition.QualifiedName, code, null);
                counted = true;
            }
        }
    }

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(entity);
        return ObserveAsync<T, T>("create", null, entity.Metadata.Namespace, entity.Metadata.Name, () => client.CreateAsync(entity, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(entity);
        return ObserveAsync<T, T>("apply", null, entity.Metadata.Namespace, entity.Metadata.Name, () => client.ApplyAsync(entity, options, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(entity);
        return ObserveAsync<T, T>(
            "apply", "status", entity.Metadata.Namespace, entity.Metadata.Name, () => client.ApplyStatusAsync(entity, options, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        ObserveAsync<T, T>("patch", null, @namespace, name, () => client.PatchAsync<T>(name, @namespace, patch, cancellationToken));

    /// <inheritdoc/>
    public Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        ObserveAsync<T, bool>("delete", null, @namespace, name, async () =>
        {
            await client.DeleteAsync<T>(name, @namespace, options, cancellationToken);
            return true;
        });

    private async Task<TResult> ObserveAsync<T, TResult>(
        string verb, string? subresource, string? @namespace, string? name, Func<Task<TResult>> call, Func<TResult, string>? codeOf = null)
        where T : class, IResource<T>
    {
        var resource = subresource is null ? Kind<T>.Definition.QualifiedName : $"{Kind<T>.Definition.QualifiedName}/{subresource}";
        using var activity = Activity.Current is null ? null : RuntimeActivity.Source.StartActivity($"{verb} {resource}", ActivityKind.Client);
        activity?.SetTag("verb", verb).SetTag("resource", resource).SetTag("namespace", @namespace).SetTag("name", name);
        var started = time.GetTimestamp();
        var code = NoAnswer;
        try
        {
            var result = await call();
            code = codeOf?.Invoke(result) ?? "200";
            return result;
        }
        catch (Exception e)
        {
            code = CodeOf(e);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            activity?.SetTag("code", code);
            metrics.Requested(verb, resource, code, time.GetElapsedTime(started));
        }
    }

    private static string CodeOf(Exception e) => e switch
    {
        KubernetesApiException { StatusCode: { } code } => Text((int)code),
        OperationCanceledException => "canceled",
        _ => NoAnswer,
    };

    private static string Text(int code) => code.ToString(CultureInfo.InvariantCulture);
}
