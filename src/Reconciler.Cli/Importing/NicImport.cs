using System.Globalization;
using System.Net;
using Reconciler.Api.Nics;
using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Importing;

/// <summary>One member of the list <c>vif</c>.</summary>
internal static class NicImport
{
    /// <summary>The bridge of libxl when neither the NIC nor xl.conf names one.</summary>
    public const string DefaultBridge = "xenbr0";

    private const string DefaultScript = "vif-bridge";

    /// <param name="item">The member.</param>
    /// <param name="index">Its place in the list, from 0.</param>
    /// <param name="findings">What is to be said of it is added.</param>
    /// <returns>The NIC, its network empty, and the bridge; null when the NIC has to be left out: then a finding says why.</returns>
    /// <exception cref="XlSyntaxException">It is no NIC specification.</exception>
    public static (VifTemplate Template, string Bridge)? Read(XlValue item, int index, List<Finding> findings)
    {
        if (item.Text is not { } text) throw new XlSyntaxException(item.Line, "found a list in vif; expected texts");
        var nic = XlNic.Parse(text, item.Line);
        void Say(FindingKind kind, string message) => findings.Add(Finding.Of(kind, "vif", index, item, message));

        if (Refusal(nic) is { } refusal)
        {
            Say(FindingKind.Lost, $"{refusal}. The NIC is left out");
            return null;
        }

        foreach (var (key, value) in nic.Parameters)
        {
            if (Loss(key, value) is { } loss) Say(FindingKind.Lost, loss);
        }

        var bridge = nic["bridge"];
        if (string.IsNullOrEmpty(bridge))
        {
            bridge = DefaultBridge;
            Say(FindingKind.Note, $"no bridge is named: {DefaultBridge} is taken, the default of libxl. If vif.default.bridge in xl.conf(5) names another, name it here");
        }

        var template = new VifTemplate
        {
            Index = Number(nic, "devid", item.Line) ?? index,
            Network = "",
            MacAddress = nic["mac"],
            Mtu = Number(nic, "mtu", item.Line),
            Rate = nic["rate"]?.Split('@')[0],
            LockedAddresses = Addresses(nic) is { Count: > 0 } ips ? new LockedAddresses { Mac = false, Ips = ips } : null,
        };
        return (template, bridge);
    }

    private static string? Refusal(XlNic nic)
    {
        var script = nic["script"] is { Length: > 0 } given ? given.Replace("/etc/xen/scripts/", "", StringComparison.Ordinal) : DefaultScript;
        if (script != DefaultScript) return $"the hotplug script {script} is not run: NICs are ports of a Linux bridge. Make a bridge for them, and name that";
        return nic["backend"] is { } backend && !DiskImport.IsDom0(backend) ? $"the backend in the domain {backend} is not used: NICs are served by dom0. Name a bridge of dom0" : null;
    }

    /// <summary>What of a parameter is lost, and what to do; null when nothing is.</summary>
    private static string? Loss(string key, string value) => key switch
    {
        "bridge" or "mac" or "mtu" or "devid" or "script" or "backend" => null,
        "rate" => value.Contains('@', StringComparison.Ordinal) ? $"the interval of the rate {value} can't be set; the rate is kept" : null,
        "ip" => Split(value).Where(part => !IPAddress.TryParse(part, out _)).ToArray() is { Length: > 0 } wrong
            ? $"{string.Join(' ', wrong)} is no single address, and not in lockedAddresses.ips. Write each address there"
            : null,
        "type" => value == "vif" ? null : "there are no emulated NICs: the guest sees a VIF alone, for which it needs Xen's network driver (xen-netfront)",
        "model" => "there are no emulated NICs, so no models of them: the guest sees a VIF alone, for which it needs Xen's network driver (xen-netfront)",
        "vifname" => "the interface on the host is named vifDOMID.INDEX. Firewall rules that know it by its name: use lockedAddresses, or match the guest's MAC address",
        "trusted" => value == "1" ? null : "a backend can't be marked as not trusted. In the guest: xen_netfront.trusted=0 on the kernel's command line",
        "gatewaydev" or "netdev" => "it is a parameter of scripts that route, which are not run. Make a bridge, and name that",
        _ => $"{key} has no equivalent. Leave it out if the guest can do without it, or keep the guest with xl",
    };

    private static int? Number(XlNic nic, string key, int line)
    {
        if (nic[key] is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new XlSyntaxException(line, $"a NIC has {key}={text}; expected a number");
    }

    /// <summary>With vif-bridge, the addresses that the guest may send from, and no rule about its MAC address.</summary>
    private static List<string> Addresses(XlNic nic) => [.. Split(nic["ip"] ?? "").Where(part => IPAddress.TryParse(part, out _))];

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
