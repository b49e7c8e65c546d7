namespace Reconciler.Kubernetes.Client;

/// <summary>Options of a delete.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only the object with this uid; another one under the same name is a conflict.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>"Background", "Foreground" or "Orphan".</summary>
    public string? PropagationPolicy { get; init; }
}
