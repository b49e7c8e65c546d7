namespace Reconciler.Kubernetes.Model;

/// <summary>metav1.ObjectMeta: the part of it that this project reads or writes. Unknown fields are safe: objects are patched, never PUT.</summary>
public sealed record ObjectMeta
{
    /// <summary>Unique among the objects of its kind and namespace at one time.</summary>
    public string? Name { get; init; }

    /// <summary>The beginning of a name that the server makes up.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Unique over all time. Identity is the uid, never the name.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque; compared for equality only.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Grows with each change of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the object goes when its finalizers are gone.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Seconds between the request for deletion and its deadline.</summary>
    public long? DeletionGracePeriodSeconds { get; init; }

    /// <summary>By which objects are selected.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>What tools keep on the object.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Who must agree before a deleted object goes.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>Whose dependent it is: it goes with the last of them.</summary>
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }
}
