using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Client;

/// <summary>One frame of a watch.</summary>
public sealed record WatchEvent<T>
    where T : class, IResource<T>
{
    /// <summary>What happened.</summary>
    public required WatchEventType Type { get; init; }

    /// <summary>The object; null for bookmarks, errors, and objects that could not be decoded.</summary>
    public T? Object { get; init; }

    /// <summary>The resource version to go on from.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>True on the bookmark that ends the initial events (<see cref="WatchOptions.SendInitialEvents"/>).</summary>
    public bool InitialEventsEnd { get; init; }

    /// <summary>The server's Status, for errors.</summary>
    public KubernetesStatus? Status { get; init; }

    /// <summary>Set when the object could not be decoded: which one, and why. The stream goes on.</summary>
    public UndecodableObject? Undecodable { get; init; }
}
