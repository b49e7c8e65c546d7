using System.Globalization;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Networking;

/// <summary>dom0's own interfaces: looked at in sysfs (Linux, Documentation/ABI/testing/sysfs-class-net), changed by rtnetlink.</summary>
internal sealed class KernelPorts(string root = "/sys/class/net") : IBridgePorts
{
    public bool Exists(string name) => Directory.Exists(Path.Combine(root, name));

    public bool IsBridge(string name) => Directory.Exists(Path.Combine(root, name, "bridge"));

    public bool FiltersVlans(string bridge) => Read(bridge, "bridge/vlan_filtering") is > 0;

    public string? BridgeOf(string name)
    {
        try
        {
            return Path.GetFileName(Directory.ResolveLinkTarget(Path.Combine(root, name, "brport/bridge"), returnFinalTarget: false)?.FullName);
        }
        catch (IOException)
        {
            return null; // only a port has the directory
        }
    }

    /// <remarks>
    /// It leaves first even where it is in the bridge already: a port that joins is in no VLAN but the bridge's default one, and that it is taken out of.
    /// </remarks>
    public void Join(string name, string bridge, int? vlan)
    {
        try
        {
            var port = Index(name);
            if (BridgeOf(name) is not null) RouteNetlink.SetMaster(port, 0);
            RouteNetlink.SetMaster(port, Index(bridge));
            if (vlan is not { } own) return;
            RouteNetlink.AddVlan(port, own);
            if (Read(bridge, "bridge/default_pvid") is { } common and > 0 && common != own) RouteNetlink.DeleteVlan(port, common);
        }
        catch (IOException e)
        {
            throw new XenException(XenErrorCode.Failed, "bridge", $"{name} can't be put in {bridge}{(vlan is { } own ? $", VLAN {own}" : "")}: {e.Message}", e);
        }
    }

    private int Index(string name) => Read(name, "ifindex") ?? throw new IOException($"there is no interface {name}");

    private int? Read(string name, string file)
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(root, name, file)), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        catch (IOException)
        {
            return null; // it is not there, or just goes
        }
    }
}
