using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Networking;

/// <summary>The network interfaces of dom0's kernel and the bridges that they are in.</summary>
internal interface IBridgePorts
{
    bool Exists(string name);

    bool IsBridge(string name);

    /// <summary>Whether the bridge keeps VLANs apart (<c>vlan_filtering</c>).</summary>
    bool FiltersVlans(string bridge);

    /// <summary>The bridge that an interface is in; null: none.</summary>
    string? BridgeOf(string name);

    /// <summary>Puts an interface in a bridge, out of the one that it was in; in one of its VLANs alone, untagged, where one is given.</summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.Failed"/>, with what the kernel said.</exception>
    void Join(string name, string bridge, int? vlan);
}
