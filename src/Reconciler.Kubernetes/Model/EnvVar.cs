namespace Reconciler.Kubernetes.Model;

/// <summary>An environment variable of a container.</summary>
public sealed record EnvVar
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public string? Value { get; init; }
}
