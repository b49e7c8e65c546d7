using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Ownership;

namespace Reconciler.Placement.Templates;

/// <summary>Makes the objects of one kind what the templates of a Domain say: makes, changes and deletes the Domain's own, and no others.</summary>
/// <param name="client">The API.</param>
/// <param name="store">The objects as last seen.</param>
/// <param name="owner">The index of the store by the uid of the controlling owner.</param>
internal sealed class TemplateObjects<T>(IKubernetesClient client, Store<T> store, string owner)
    where T : class, IResource<T>
{
    /// <param name="domain">Whose templates they are.</param>
    /// <param name="wanted">The objects, as they are applied.</param>
    /// <param name="cancellationToken">Stops between two objects.</param>
    public async Task<TemplateResult> ApplyAsync(Domain domain, IReadOnlyCollection<T> wanted, CancellationToken cancellationToken)
    {
        var result = new TemplateResult([], [], []);
        foreach (var entity in wanted) result += await ApplyAsync(domain, entity, cancellationToken);

        var names = wanted.Select(ObjectKey.Of).ToHashSet();
        foreach (var old in Owned(domain).Where(old => !names.Contains(ObjectKey.Of(old))))
        {
            if (old.Metadata.DeletionTimestamp is null)
                await client.DeleteAsync<T>(old.Metadata.Name!, old.Metadata.Namespace, new DeleteOptions { Uid = old.Metadata.Uid }, cancellationToken);
            result += new TemplateResult([], [Name(old)], []);
        }

        return result;
    }

    public bool HasAny(Domain domain) => Owned(domain).Any();

    private IEnumerable<T> Owned(Domain domain) => domain.Metadata.Uid is { } uid ? store.ByIndex(owner, uid) : [];

    private async Task<TemplateResult> ApplyAsync(Domain domain, T wanted, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(wanted);
        var there = store.Get(key);
        if (there is not null && OwnerReferences.IsControlledBy(there, domain) && Contains(Json(there), Json(wanted))) return Going(there);

        // The cache may not show yet what is there now.
        there = await client.GetAsync<T>(key.Name, key.Namespace, cancellationToken);
        if (there is not null && !OwnerReferences.IsControlledBy(there, domain)) return new TemplateResult([Name(wanted)], [], []);
        if (there?.Metadata.DeletionTimestamp is not null) return Going(there);

        try
        {
            // Without force, what somebody else makes under the name in this very moment is not overwritten.
            await client.ApplyAsync(wanted, new ApplyOptions(XenApi.TemplateFieldManager, Force: there is not null), cancellationToken);
            return new TemplateResult([], [], []);
        }
        catch (KubernetesApiException e) when (e.IsConflict)
        {
            return new TemplateResult([Name(wanted)], [], []);
        }
        catch (KubernetesApiException e) when (e.IsInvalid || e.IsForbidden)
        {
            return new TemplateResult([], [], [$"{Name(wanted)}: {e.Message}"]);
        }
    }

    /// <summary>An object that is being deleted has to be gone before the template can have another one.</summary>
    private static TemplateResult Going(T there) => new([], there.Metadata.DeletionTimestamp is null ? [] : [Name(there)], []);

    private static string Name(T entity) => $"{Kind<T>.Definition.Kind} {entity.Metadata.Name}";

    private static JsonObject Json(T entity) =>
        new JsonObject { ["spec"] = JsonSerializer.SerializeToNode(entity, Kind<T>.Definition.JsonTypeInfo)?["spec"]?.DeepClone() };

    /// <summary>Fields that the template leaves out may be there: defaults, and what others have set.</summary>
    private static bool Contains(JsonNode? actual, JsonNode? wanted) => (actual, wanted) switch
    {
        (JsonObject a, JsonObject w) => w.All(field => Contains(a[field.Key], field.Value)),
        _ => JsonNode.DeepEquals(actual, wanted),
    };
}
