using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Networking;

/// <summary>Whether this host has what enforces VLANs, locked addresses and links that are down: nftables.</summary>
public static class PacketFilter
{
    private static readonly Lazy<string?> Found = new(static () => new Nftables().Missing);

    /// <summary>What is missing, for people; null: nothing is. Looked for once: a library that is installed later is found by the next agent.</summary>
    public static string? Missing => Found.Value;

    /// <summary>What is wrong with a bridge that is to have a VLAN.</summary>
    public static string NoVlans(string bridge, int vlan) =>
        $"The bridge {bridge} does not filter VLANs, so that VLAN {vlan} would be open to all of it. Set it: ip link set {bridge} type bridge vlan_filtering 1.";
}
