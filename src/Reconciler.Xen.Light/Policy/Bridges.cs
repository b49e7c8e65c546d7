using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Policy;

/// <summary>Whether a NIC's bridge is there and may be used on this host.</summary>
internal static class Bridges
{
    /// <param name="nic">The NIC.</param>
    /// <param name="policy">What is allowed.</param>
    /// <param name="interfaces">Where Linux shows its network interfaces.</param>
    public static HostObjection? Check(DesiredNic nic, HostPolicy policy, string interfaces = "/sys/class/net")
    {
        var field = $"vif {nic.ObjectName}";
        if (!policy.Bridges.Contains(nic.Bridge, StringComparer.Ordinal))
            return new(field, "BridgeNotAllowed", $"The bridge {nic.Bridge} is not one that this host allows ({string.Join(", ", policy.Bridges)}). Use one of them, or extend the agent's host policy.");
        if (Directory.Exists(Path.Combine(interfaces, nic.Bridge, "bridge"))) return null;
        return Directory.Exists(Path.Combine(interfaces, nic.Bridge))
            ? new(field, "BridgeNotFound", $"{nic.Bridge} is a network interface of this host, and no bridge. Correct the name.")
            : new(field, "BridgeNotFound", $"There is no bridge {nic.Bridge} on this host. Create it, or correct the name.");
    }
}
