using Reconciler.Api.Nics;
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

    /// <summary>The VLAN of the bridge on this host. Left out: that of the network.</summary>
    [Range(XenNetworkSpec.MinimumVlan, XenNetworkSpec.MaximumVlan)]
    public int? Vlan { get; init; }

    /// <summary>The largest packet on this host, bytes. Left out: that of the network.</summary>
    [Range(VifSpec.MinimumMtu, VifSpec.MaximumMtu)]
    public int? Mtu { get; init; }
}
