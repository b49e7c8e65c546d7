using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store;

/// <summary>How a <see cref="XenstoreClient"/> connects and waits.</summary>
public sealed record XenstoreClientOptions
{
    /// <summary>
    /// A unix socket or, below <c>/dev/</c> or <c>/proc/</c>, the xenbus character device. Null: what
    /// <see cref="XenstoreEndpoints.Resolve()"/> finds at each attempt to connect.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>The delay before the first attempt to connect again; it doubles with each failure. Half of it is random.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest delay between two attempts to connect.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a transaction is run before its <see cref="XenstoreError.EAGAIN"/> is handed to the caller.</summary>
    public int TransactionAttempts { get; init; } = 64;

    /// <summary>
    /// Different changed paths that one watch keeps until its consumer takes them; with more, it keeps a single
    /// <see cref="XenstoreEventKind.Resync"/> instead. At most <c>3072 bytes</c> each.
    /// </summary>
    public int PendingPathsPerWatch { get; init; } = 1024;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Source of the jitter.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Instead of the real endpoint: a test's.</summary>
    internal IXenstoreConnector? Connector { get; init; }
}
