namespace Reconciler.Kubernetes.Model;

/// <summary>core/v1 ObjectReference: which object is meant, as exactly as known.</summary>
public sealed record ObjectReference
{
    /// <summary>"group/version".</summary>
    public string? ApiVersion { get; init; }

    /// <summary>"Domain".</summary>
    public string? Kind { get; init; }

    /// <summary>Null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object's name.</summary>
    public string? Name { get; init; }

    /// <summary>Which object of that name.</summary>
    public string? Uid { get; init; }

    /// <summary>Which version of it.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>A part of the object: "spec.boot".</summary>
    public string? FieldPath { get; init; }
}
