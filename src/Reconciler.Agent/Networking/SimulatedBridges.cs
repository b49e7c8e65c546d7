using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Networking;

/// <summary>The bridges of a simulated host: every one is there, but for those that a test removes.</summary>
internal sealed class SimulatedBridges(VirtualFiles files) : IBridges
{
    /// <inheritdoc/>
    public BridgeState Look(string bridge) => files.Exists($"/sys/class/net/{bridge}")
        ? new BridgeState(BridgeState.Ready)
        : new BridgeState(BridgeState.NotFound, $"There is no bridge {bridge} on this host. Create it, or name the right one in spec.hosts.");
}
