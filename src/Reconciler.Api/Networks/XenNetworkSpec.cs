using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Networks;

/// <summary>What the network is on the hosts.</summary>
public sealed record XenNetworkSpec
{
    /// <summary>The longest name of a network interface in Linux, characters (IFNAMSIZ, the terminating zero counted, is 16).</summary>
    public const int MaximumBridgeLength = 15;

    public const int MinimumVlan = 1;
    public const int MaximumVlan = 4094;
    public const int MaximumHosts = 256;

    internal const string BridgePattern = "^[a-zA-Z0-9_][a-zA-Z0-9_.-]*$";

    /// <summary>The bridge on the hosts, where their policy allows it. It must exist.</summary>
    [Length(1, MaximumBridgeLength)]
    [Pattern(BridgePattern)]
    public required string Bridge { get; init; }

    /// <summary>The VLAN that the guests' ports are in, untagged to the guest, 1 to 4094. The bridge must filter VLANs. Left out: none.</summary>
    [Range(MinimumVlan, MaximumVlan)]
    public int? Vlan { get; init; }

    /// <summary>The largest packet, bytes, 68 to 65535, for NICs that say nothing else. Left out: that of the bridge.</summary>
    [Range(VifSpec.MinimumMtu, VifSpec.MaximumMtu)]
    public int? Mtu { get; init; }

    /// <summary>Hosts on which it is another bridge, VLAN or MTU. A host that is not named uses those above.</summary>
    [Length(0, MaximumHosts)]
    [ListMap("name")]
    public IReadOnlyList<NetworkHost>? Hosts { get; init; }

    /// <summary>What the network is on one host: what it says of the host in particular counts before what it says of all.</summary>
    public NetworkHost On(string host)
    {
        var own = Hosts?.FirstOrDefault(h => h.Name == host);
        return new NetworkHost { Name = host, Bridge = own?.Bridge ?? Bridge, Vlan = own?.Vlan ?? Vlan, Mtu = own?.Mtu ?? Mtu };
    }
}
