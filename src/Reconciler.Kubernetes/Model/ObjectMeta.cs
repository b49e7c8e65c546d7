namespace Reconciler.Kubernetes.Model;

/// <summary>metav1.ObjectMeta: the part of it that this project reads or writes. Unknown fields are safe: objects are patched, never PUT.</summary>
public sealed record ObjectMeta
{
    public string? Name { get; init; }

    public string? GenerateName { get; init; }

    /// <summary>Null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Unique over all time. Identity is the uid, never the name.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque; compared for equality only.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Grows with each change of the spec.</summary>
    public long? Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the object goes when its finalizers are gone.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    public long? DeletionGracePeriodSeconds { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    public IReadOnlyList<string>? Finalizers { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }
}
