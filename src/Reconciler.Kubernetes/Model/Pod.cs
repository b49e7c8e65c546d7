using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>v1 Pod; of its fields, those that are read or written.</summary>
public sealed record Pod : IResource<Pod>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Pod> Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Pod",
        Plural = "pods",
        JsonTypeInfo = BuiltInJsonContext.Instance.Pod,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>What is to run.</summary>
    public PodSpec? Spec { get; init; }

    /// <summary>What became of it.</summary>
    public PodStatus? Status { get; init; }
}
