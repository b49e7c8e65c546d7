using Reconciler.Api.Networks;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Networking;

/// <summary>The bridges of a simulated host: every one is there and filters VLANs, but for what a test removes of it.</summary>
internal sealed class SimulatedBridges(VirtualFiles files) : IBridges
{
    /// <inheritdoc/>
    public BridgeState Look(NetworkHost network)
    {
        var folder = $"/sys/class/net/{network.Bridge}";
        if (!files.Exists(folder))
            return new BridgeState(BridgeState.NotFound, $"There is no bridge {network.Bridge} on this host. Create it, or name the right one in spec.hosts.");
        return network.Vlan is { } vlan && !files.Exists($"{folder}/bridge/vlan_filtering")
            ? new BridgeState(BridgeState.NoVlanFiltering, PacketFilter.NoVlans(network.Bridge, vlan))
            : new BridgeState(BridgeState.Ready);
    }
}
