using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Networking;

/// <summary>The bridges of dom0's kernel, as sysfs shows them (Linux, Documentation/ABI/testing/sysfs-class-net).</summary>
internal sealed class KernelBridges(HostPolicy policy, string root = "/sys/class/net") : IBridges
{
    /// <inheritdoc/>
    public BridgeState Look(string bridge)
    {
        if (!policy.Bridges.Contains(bridge, StringComparer.Ordinal))
            return new BridgeState(BridgeState.NotAllowed, $"The host's policy does not allow the bridge {bridge}; it allows {string.Join(", ", policy.Bridges)}.");
        if (Directory.Exists(Path.Combine(root, bridge, "bridge"))) return new BridgeState(BridgeState.Ready);
        return new BridgeState(BridgeState.NotFound, Directory.Exists(Path.Combine(root, bridge))
            ? $"{bridge} is an interface of this host and no bridge."
            : $"There is no bridge {bridge} on this host. Create it, or name the right one in spec.hosts.");
    }
}
