using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Ownership;

/// <summary>Objects that a controller makes for another object, and that the API server's garbage collector removes after it.</summary>
/// <remarks>
/// <para>Whose an object is, is said by the owner's uid alone: a successor under the same name owns nothing of its predecessor's.</para>
/// <para>
/// Caveat: blockOwnerDeletion needs the right to update the owner's finalizers where the OwnerReferencesPermissionEnforcement admission
/// plugin is on (OpenShift).
/// </para>
/// </remarks>
public static class OwnerReferences
{
    private const int Tries = 3;

    /// <summary>The reference by which <paramref name="owner"/> is the one controller of a dependent.</summary>
    /// <param name="owner">As read from the API: it has name and uid.</param>
    /// <exception cref="ArgumentException">The owner has no uid.</exception>
    public static OwnerReference To<TOwner>(TOwner owner)
        where TOwner : class, IResource<TOwner>
    {
        ArgumentNullException.ThrowIfNull(owner);
        return new OwnerReference
        {
            ApiVersion = Kind<TOwner>.Definition.ApiVersion,
            Kind = Kind<TOwner>.Definition.Kind,
            Name = ObjectKey.Of(owner).Name,
            Uid = owner.Metadata.Uid ?? throw new ArgumentException("An owner is known by its uid, and this one has none.", nameof(owner)),
            Controller = true,
            BlockOwnerDeletion = true,
        };
    }

    /// <summary>True when <paramref name="owner"/>, this very one and no namesake, is the controller of <paramref name="dependent"/>.</summary>
    public static bool IsControlledBy(IKubernetesObject dependent, IKubernetesObject owner)
    {
        ArgumentNullException.ThrowIfNull(dependent);
        ArgumentNullException.ThrowIfNull(owner);
        return owner.Metadata.Uid is { } uid && dependent.Metadata.OwnerReferences?.Any(r => r.Controller == true && r.Uid == uid) == true;
    }

    /// <summary>Makes sure that <paramref name="owner"/> has this dependent.</summary>
    /// <returns>The dependent, new or as it was there already; null when its name belongs to an object that is not the owner's: it is left alone.</returns>
    /// <exception cref="ArgumentException">The dependent would be in another namespace than its owner: the garbage collector would delete it.</exception>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public static async Task<T?> CreateOwnedAsync<T, TOwner>(this IKubernetesClient client, T dependent, TOwner owner, CancellationToken cancellationToken)
        where T : class, IResource<T>
        where TOwner : class, IResource<TOwner>
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(dependent);
        ArgumentNullException.ThrowIfNull(owner);
        if (Kind<TOwner>.Definition.Namespaced && dependent.Metadata.Namespace != owner.Metadata.Namespace)
        {
            throw new ArgumentException($"{ObjectKey.Of(owner)} can own objects of its own namespace only, not {ObjectKey.Of(dependent)}.", nameof(dependent));
        }

        if (!IsControlledBy(dependent, owner))
        {
            throw new ArgumentException($"{ObjectKey.Of(dependent)} does not name {ObjectKey.Of(owner)} as its controller.", nameof(dependent));
        }

        var key = ObjectKey.Of(dependent);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.CreateAsync(dependent, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsAlreadyExists && attempt < Tries)
            {
                // Ours, from an earlier try or as the cache does not show it yet; or somebody else's.
                if (await client.GetAsync<T>(key.Name, key.Namespace, cancellationToken) is { } there)
                {
                    return IsControlledBy(there, owner) ? there : null;
                }

                // Gone between the two calls.
            }
        }
    }
}
