namespace Reconciler.Kubernetes.Client;

/// <summary>Options of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Start after this version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>How long the server keeps the watch open; the client gives up 5 s later by itself.</summary>
    public TimeSpan? Timeout { get; init; }

    public bool AllowBookmarks { get; init; } = true;

    /// <summary>Ask for the initial list in the stream (WatchList, API server 1.32 and newer; refused by older ones).</summary>
    public bool SendInitialEvents { get; init; }
}
