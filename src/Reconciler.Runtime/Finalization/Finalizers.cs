using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Finalization;

/// <summary>Puts a finalizer on an object and takes it off, without touching those of others.</summary>
/// <remarks>
/// Each patch carries a test of what it was decided on, so of two racing writers one is refused (422), reads again and decides again.
/// A PUT, or a patch without a test, could bring back an entry that another controller has just removed, or remove it by index.
/// </remarks>
public static class Finalizers
{
    private const int Tries = 5;

    /// <summary>True when the object carries the finalizer.</summary>
    public static bool Has(IKubernetesObject entity, string finalizer)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return entity.Metadata.Finalizers?.Contains(finalizer) == true;
    }

    /// <summary>Makes sure that the object carries the finalizer. To be awaited before the first side effect.</summary>
    /// <returns>The object as it is then; null when it is gone, is being deleted without it (too late to add one), or another has its name.</returns>
    public static async Task<T?> AddAsync<T>(this IKubernetesClient client, T entity, string finalizer, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var now = await ChangeAsync(
            client, entity, o => Has(o, finalizer) || o.Metadata.DeletionTimestamp is not null ? null : AddPatch(o, finalizer), cancellationToken);
        return now is not null && Has(now, finalizer) ? now : null;
    }

    /// <summary>Makes sure that the object does not carry the finalizer.</summary>
    /// <returns>The object as it is then; null when it is gone, as it is when this was the last finalizer of a deleted object.</returns>
    public static Task<T?> RemoveAsync<T>(this IKubernetesClient client, T entity, string finalizer, CancellationToken cancellationToken)
        where T : class, IResource<T> =>
        ChangeAsync(client, entity, now => Has(now, finalizer) ? RemovePatch(now, finalizer) : null, cancellationToken);

    private static async Task<T?> ChangeAsync<T>(IKubernetesClient client, T entity, Func<T, JsonPatch?> change, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        var key = ObjectKey.Of(entity);
        var uid = entity.Metadata.Uid;
        T? now = entity;
        for (var attempt = 1; ; attempt++)
        {
            if (now is null || now.Metadata.Uid != uid)
            {
                return null;
            }

            if (change(now) is not { } patch)
            {
                return now;
            }

            try
            {
                return await client.PatchAsync<T>(key.Name, key.Namespace, patch, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsNotFound)
            {
                return null;
            }
            catch (KubernetesApiException e) when (e.IsOutdated && attempt < Tries)
            {
                now = await client.GetAsync<T>(key.Name, key.Namespace, cancellationToken);
            }
        }
    }

    private static JsonPatch AddPatch(IKubernetesObject now, string finalizer) => now.Metadata.Finalizers is { Count: > 0 } present
        ? OfThisObject(now).Test("/metadata/finalizers", Names(present)).Add("/metadata/finalizers/-", finalizer)
        : OfThisObject(now).Test("/metadata/finalizers", null).Add("/metadata/finalizers", Names([finalizer]));

    private static JsonPatch RemovePatch(IKubernetesObject now, string finalizer)
    {
        var path = $"/metadata/finalizers/{now.Metadata.Finalizers!.ToList().IndexOf(finalizer)}";
        return OfThisObject(now).Test(path, finalizer).Remove(path);
    }

    // The name may belong to a successor by now.
    private static JsonPatch OfThisObject(IKubernetesObject now) => new JsonPatch().Test("/metadata/uid", now.Metadata.Uid);

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(n => JsonValue.Create(n))]);
}
