namespace Reconciler.Runtime.Rbac;

/// <summary>On a controller: what it needs to be allowed. The manifests' RBAC rules are generated from these.</summary>
/// <param name="entities">The kinds of objects.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class EntityRbacAttribute(params Type[] entities) : Attribute
{
    /// <summary>The kinds of objects.</summary>
    public IReadOnlyList<Type> Entities { get; } = entities;

    /// <summary>What may be done with them.</summary>
    public RbacVerb Verbs { get; init; }

    /// <summary>"status" or "finalizers" for the subresource instead of the object.</summary>
    public string? Subresource { get; init; }

    /// <summary>Only the objects of these names; empty: all. A name can't limit <see cref="RbacVerb.Create"/> by POST (it can for an apply).</summary>
    public string[] ResourceNames { get; init; } = [];

    /// <summary>Only in the namespace that the process runs in: a Role, not a ClusterRole.</summary>
    public bool InOwnNamespace { get; init; }
}
