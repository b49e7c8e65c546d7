namespace Reconciler.Kubernetes.Model;

/// <summary>A custom resource with a spec (what should be, written by users) and a status (what is, written by controllers).</summary>
/// <remarks>Both are null in the partial objects that server-side apply sends: a manager sends exactly the fields that it owns.</remarks>
public abstract record CustomKubernetesEntity<TSpec, TStatus> : IKubernetesObject
    where TSpec : class
    where TStatus : class
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    // Source-generated JSON sets every init-only property, absent ones to null: the default is kept here (KubernetesJson.CreateOptions).
    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>What should be.</summary>
    public TSpec? Spec { get; init; }

    /// <summary>What is.</summary>
    public TStatus? Status { get; init; }
}
