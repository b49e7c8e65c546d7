using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Hosts;

/// <summary>What a host sees of a XenNetwork, as its agent has checked it.</summary>
[Atomic]
public sealed record HostNetwork
{
    /// <summary>The name of the XenNetwork.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the host can attach NICs to it.</summary>
    public required bool Ready { get; init; }

    /// <summary>Why, in one word: Ready, NotFound, NotAllowed, NoVlanFiltering, MtuTooLarge, NotSupported, NotAccepted.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Message { get; init; }
}
