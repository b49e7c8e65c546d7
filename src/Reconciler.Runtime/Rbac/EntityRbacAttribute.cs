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
}
