namespace Reconciler.Kubernetes.Model;

/// <summary>core/v1 ObjectReference: which object is meant, as exactly as known.</summary>
public sealed record ObjectReference
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public string? Namespace { get; init; }

    public string? Name { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    /// <summary>A part of the object: "spec.boot".</summary>
    public string? FieldPath { get; init; }
}
