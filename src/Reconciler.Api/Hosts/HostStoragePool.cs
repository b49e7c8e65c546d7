using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What a host sees of a XenStoragePool, as its agent has checked it.</summary>
[Atomic]
public sealed record HostStoragePool
{
    /// <summary>The name of the XenStoragePool.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the host can attach volumes of it.</summary>
    public required bool Ready { get; init; }

    /// <summary>Why, in one word: Ready, NotFound, NotAllowed, ...</summary>
    public string? Reason { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Message { get; init; }

    /// <summary>The room that is left for new volumes, as a quantity.</summary>
    public string? Free { get; init; }

    /// <summary>All its room, as a quantity.</summary>
    public string? Total { get; init; }
}
