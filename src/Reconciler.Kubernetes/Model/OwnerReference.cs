namespace Reconciler.Kubernetes.Model;

/// <summary>metav1.OwnerReference: the owner is in the same namespace, or cluster-scoped.</summary>
public sealed record OwnerReference
{
    /// <summary>"group/version" of the owner.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    public required string Kind { get; init; }

    /// <summary>The owner's name.</summary>
    public required string Name { get; init; }

    /// <summary>Which owner of that name.</summary>
    public required string Uid { get; init; }

    /// <summary>True for the one owner that keeps the dependent as it should be.</summary>
    public bool? Controller { get; init; }

    /// <summary>True: an owner deleted in the foreground waits for this dependent.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}
