using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>coordination.k8s.io/v1 Lease: who holds what, until when.</summary>
public sealed record Lease : IResource<Lease>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Lease> Definition { get; } = new()
    {
        Group = "coordination.k8s.io",
        Version = "v1",
        Kind = "Lease",
        Plural = "leases",
        JsonTypeInfo = BuiltInJsonContext.Instance.Lease,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>Who holds it.</summary>
    public LeaseSpec? Spec { get; init; }
}
