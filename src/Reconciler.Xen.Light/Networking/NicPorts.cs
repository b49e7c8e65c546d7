using System.Globalization;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Networking;

/// <summary>Sees to it that the interface of a NIC in dom0 is in its bridge and VLAN, with its rules, and that nothing passes it before.</summary>
internal sealed class NicPorts(IBridgePorts bridges, INftables nftables)
{
    /// <summary>What Linux' xen-netback calls it.</summary>
    public static string NameOf(int domid, int index) => $"vif{domid}.{index}";

    /// <summary>Fails where this host can't do what a NIC asks for. Touches nothing.</summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.FileNotUsable"/> or <see cref="XenErrorCode.NotSupported"/>.</exception>
    public void Require(DesiredNic nic, string operation)
    {
        if (!bridges.IsBridge(nic.Bridge))
            throw new XenException(XenErrorCode.FileNotUsable, operation, $"vif {nic.ObjectName}: there is no bridge {nic.Bridge} on this host. Create it, or correct the name.");
        if (nic.Vlan is { } vlan && !bridges.FiltersVlans(nic.Bridge))
            throw new XenException(XenErrorCode.FileNotUsable, operation, $"vif {nic.ObjectName}: {PacketFilter.NoVlans(nic.Bridge, vlan)}");
        if (nic.IsGuarded && nftables.Missing is { } missing)
            throw new XenException(XenErrorCode.NotSupported, operation, $"vif {nic.ObjectName}: a VLAN, lockedAddresses and linkState Down take nftables, and {missing}.");
    }

    /// <summary>Before the interface is there: the rules that it is to have, which hold from its first frame.</summary>
    public void Prepare(string name, DesiredNic nic)
    {
        if (nic.IsGuarded) nftables.Run(FrameRules.Install(name, nic, isHeldBack: nic.Vlan is not null));
        else Forget(name);
    }

    /// <summary>Once the interface is there: brings it in line, in an order in which nothing passes that may not, before or after.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="nic">How it is to be.</param>
    /// <param name="before">How it was configured; null: as the hotplug script leaves one.</param>
    public void Settle(string name, DesiredNic nic, DesiredNic? before)
    {
        var moves = bridges.BridgeOf(name) != nic.Bridge || before?.Vlan != nic.Vlan;
        if (moves)
        {
            // Neither in the old place by the new rules, nor in the new one by the old.
            if (nic.IsGuarded || before?.IsGuarded is true) nftables.Run(FrameRules.Install(name, nic, isHeldBack: true));
            bridges.Join(name, nic.Bridge, nic.Vlan);
        }
        if (nic.IsGuarded) nftables.Run(FrameRules.Install(name, nic, isHeldBack: false));
        else Forget(name);
    }

    /// <summary>The interface is gone, or nothing of ours is to be said of it.</summary>
    public void Forget(string name)
    {
        if (FrameRules.Has(nftables.List(FrameRules.Table), name)) nftables.Run(FrameRules.Remove(name));
    }

    /// <summary>Removes what is left of domains that are gone: their numbers come again, with somebody else's NICs.</summary>
    /// <param name="lives">Whether there is a domain with a domid.</param>
    public void Sweep(Func<int, bool> lives)
    {
        foreach (var name in FrameRules.Names(nftables.List(FrameRules.Table)).Where(name => DomidOf(name) is { } domid && !lives(domid)))
            nftables.Run(FrameRules.Remove(name));
    }

    /// <summary>Where the interfaces of a domain are; without those that are not there.</summary>
    public IEnumerable<(int Index, NicPort Port)> Look(int domid, IEnumerable<DesiredNic> nics)
    {
        string? listing = null;
        foreach (var nic in nics)
        {
            var name = NameOf(domid, nic.Index);
            if (!bridges.Exists(name)) continue;
            if (!bridges.IsBridge(nic.Bridge)) yield return (nic.Index, NicPort.BridgeGone);
            else if (bridges.BridgeOf(name) != nic.Bridge) yield return (nic.Index, NicPort.Astray);
            else if (nic.IsGuarded && !FrameRules.AreIn(listing ??= nftables.List(FrameRules.Table), name, nic)) yield return (nic.Index, NicPort.Astray);
            else yield return (nic.Index, NicPort.InPlace);
        }
    }

    /// <summary>Whose it is; null for an interface that is no NIC of a domain.</summary>
    public static int? DomidOf(string name) =>
        name.StartsWith("vif", StringComparison.Ordinal) && name.IndexOf('.', StringComparison.Ordinal) is > 3 and var dot
        && int.TryParse(name.AsSpan(3, dot - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var domid) ? domid : null;
}
