using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Networks;

/// <summary>What a network is on one host.</summary>
public sealed record NetworkHost
{
    /// <summary>The name of the XenHost.</summary>
    [Length(1, XenApi.MaximumHostNameLength)]
    [Pattern(XenApi.HostNamePattern)]
    public required string Name { get; init; }

    /// <summary>The bridge on this host.</summary>
    [Length(1, XenNetworkSpec.MaximumBridgeLength)]
    [Pattern(XenNetworkSpec.BridgePattern)]
    public required string Bridge { get; init; }
}
