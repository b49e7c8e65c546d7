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

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    public LeaseSpec? Spec { get; init; }
}
