namespace Reconciler.Benchmarks.Informer;

/// <summary>What a <see cref="DomainServer"/> is like.</summary>
internal sealed record DomainServerOptions
{
    /// <summary>As our reflector asks.</summary>
    public const int PageSize = 500;

    /// <summary>Streams the first list in the watch (API server 1.32 and newer); off: refuses to.</summary>
    public bool Streams { get; init; }

    /// <summary>Compresses its pages, as API servers do above 128 KiB.</summary>
    public bool Gzip { get; init; }

    /// <summary>Objects with every entry of managedFields.</summary>
    public bool AllManagedFields { get; init; }
}
