namespace Reconciler.Kubernetes.Client;

/// <summary>Options of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only objects with these labels; one that leaves them is told as deleted.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields: "metadata.name=a".</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Start after this version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>How long the server keeps the watch open; the client gives up 5 s later by itself.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Ask for bookmarks, by which the version goes on where nothing happens.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>Ask for the initial list in the stream (WatchList, API server 1.32 and newer; refused by older ones).</summary>
    public bool SendInitialEvents { get; init; }
}
