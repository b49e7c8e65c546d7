using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Model;

/// <summary>v1 Node: a machine of the cluster; of its fields, those that are read.</summary>
public sealed record Node : IResource<Node>
{
    /// <inheritdoc/>
    public static ResourceDefinition<Node> Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Node",
        Plural = "nodes",
        Namespaced = false,
        JsonTypeInfo = BuiltInJsonContext.Instance.Node,
    };

    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; init => field = value ?? new ObjectMeta(); } = new();

    /// <summary>What is asked of it.</summary>
    public NodeSpec? Spec { get; init; }
}
