using System.Globalization;
using Reconciler.Api.Networks;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Networking;

/// <summary>The bridges of dom0's kernel, as sysfs shows them (Linux, Documentation/ABI/testing/sysfs-class-net).</summary>
internal sealed class KernelBridges(HostPolicy policy, string root = "/sys/class/net", Func<string?>? filterMissing = null) : IBridges
{
    private readonly Func<string?> _filterMissing = filterMissing ?? (static () => PacketFilter.Missing);

    /// <inheritdoc/>
    public BridgeState Look(NetworkHost network)
    {
        var bridge = network.Bridge;
        if (!policy.Bridges.Contains(bridge, StringComparer.Ordinal))
            return new BridgeState(BridgeState.NotAllowed, $"The host's policy does not allow the bridge {bridge}; it allows {string.Join(", ", policy.Bridges)}.");
        if (!Directory.Exists(Path.Combine(root, bridge, "bridge")))
        {
            return new BridgeState(BridgeState.NotFound, Directory.Exists(Path.Combine(root, bridge))
                ? $"{bridge} is an interface of this host and no bridge."
                : $"There is no bridge {bridge} on this host. Create it, or name the right one in spec.hosts.");
        }
        if (network.Vlan is { } vlan)
        {
            if (Read(bridge, "bridge/vlan_filtering") is not > 0) return new BridgeState(BridgeState.NoVlanFiltering, PacketFilter.NoVlans(bridge, vlan));
            if (_filterMissing() is { } missing) return new BridgeState(BridgeState.NotSupported, $"VLAN {vlan} takes nftables, so that nothing passes a NIC before it is in it; and {missing}.");
        }

        // A bridge drops what is too large for the port that it is to leave by, and tells nobody.
        return network.Mtu > Read(bridge, "mtu")
            ? new BridgeState(BridgeState.MtuTooLarge, $"The MTU of {network.Mtu} is larger than that of the bridge {bridge}, {Read(bridge, "mtu")}: give that a larger one (ip link set {bridge} mtu {network.Mtu}), and what it leads to; or ask for less.")
            : new BridgeState(BridgeState.Ready);
    }

    private int? Read(string bridge, string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(root, bridge, file)), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null; // with its line end
        }
        catch (IOException)
        {
            return null; // it just goes
        }
    }
}
