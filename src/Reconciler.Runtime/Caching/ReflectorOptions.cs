namespace Reconciler.Runtime.Caching;

/// <summary>What a reflector lists and watches.</summary>
public sealed record ReflectorOptions
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>
    /// Only objects with these labels. An object that leaves the selector is reported as deleted: a controller that would act on that
    /// confirms with a GET.
    /// </summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields: "metadata.name=a".</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// Take the first list from the API server's cache. Off: a cache may be behind what this process saw before it was restarted
    /// (kubernetes issue 59848), and a controller of machines must not go back in time.
    /// </summary>
    public bool FirstListFromCache { get; init; }

    /// <summary>
    /// Ask for the first list in the stream of the watch (API server 1.32 and newer), which spares the server the memory of a whole answer.
    /// A server that refuses is asked for an ordinary list at once.
    /// </summary>
    public bool StreamFirstList { get; init; } = true;

    /// <summary>Objects per page of a list.</summary>
    public int PageSize { get; init; } = 500;
}
