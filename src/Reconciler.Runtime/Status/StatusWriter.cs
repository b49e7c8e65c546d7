using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Status;

/// <summary>Writes the status fields that one manager owns, by server-side apply, and only when that would change something.</summary>
/// <remarks>
/// An unneeded write would be no harm by itself, but each one is a request per reconcile. What is skipped: a set equal to the one last
/// applied by this process, still to be found in the observed status; and, after a restart, a set that is the whole observed status.
/// </remarks>
/// <param name="client">The API.</param>
/// <param name="fieldManager">Who owns the fields; fixed for the life of the product, or fields are left behind.</param>
/// <param name="services">Metrics.</param>
public sealed class StatusWriter(IKubernetesClient client, string fieldManager, RuntimeServices services)
{
    // Forgetting costs one write each that changes nothing; not forgetting would cost the memory of every object there ever was.
    private const int Remembered = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Resource, ObjectKey Key), (string? Uid, JsonNode? Status)> _applied = [];

    /// <summary>Makes the manager's part of the status equal to <paramref name="desired"/>.</summary>
    /// <param name="observed">The object as last seen: whom it is about, and what its status is.</param>
    /// <param name="desired">
    /// An object of which only the status counts: the full set of fields that this manager owns. One that it owned before and that is missing is removed.
    /// </param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The object with its new status, or <paramref name="observed"/> when there was nothing to write.</returns>
    /// <exception cref="KubernetesApiException">The object is gone (<see cref="KubernetesApiException.IsNotFound"/>), or the server refused.</exception>
    public async Task<T> ApplyAsync<T>(T observed, T desired, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        ArgumentNullException.ThrowIfNull(observed);
        var resource = Kind<T>.Definition.QualifiedName;
        var id = (resource, ObjectKey.Of(observed));
        var wanted = StatusOf(desired);
        if (IsThere(id, observed.Metadata.Uid, StatusOf(observed), wanted))
        {
            services.Metrics.StatusWrite(resource, written: false);
            return observed;
        }

        var written = await client.ApplyStatusAsync(desired, new ApplyOptions(fieldManager), cancellationToken);
        services.Metrics.StatusWrite(resource, written: true);
        lock (_gate)
        {
            if (_applied.Count >= Remembered)
            {
                _applied.Clear();
            }

            _applied[id] = (observed.Metadata.Uid, wanted);
        }

        return written;
    }

    private bool IsThere((string, ObjectKey) id, string? uid, JsonNode? observed, JsonNode? wanted)
    {
        lock (_gate)
        {
            return _applied.TryGetValue(id, out var last) && last.Uid == uid
                ? JsonNode.DeepEquals(last.Status, wanted) && SemanticJson.Contains(observed, wanted)
                : JsonNode.DeepEquals(observed, wanted);
        }
    }

    private static JsonNode? StatusOf<T>(T entity)
        where T : class, IResource<T> =>
        JsonSerializer.SerializeToNode(entity, Kind<T>.Definition.JsonTypeInfo)?["status"]?.DeepClone();
}
