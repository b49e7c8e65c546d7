using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Client;

/// <summary>A page of a list.</summary>
public sealed record ResourceList<T>
    where T : class, IResource<T>
{
    /// <summary>The objects of the page.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>Objects of the page that could not be decoded.</summary>
    public IReadOnlyList<UndecodableObject> Undecodable { get; init; } = [];

    /// <summary>The version to watch from.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>The token of the next page; null on the last one.</summary>
    public string? Continue { get; init; }
}
