using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Networking;

/// <summary>What may pass a NIC, as rules for nft(8): one table of the bridge family, and in it two chains for each interface. Pure.</summary>
/// <remarks>
/// <para>Frames of the guest are judged before the bridge learns from them or forwards them (prerouting), and those to the addresses that a
/// bridge never forwards where they are delivered (input): it learns from these as well.</para>
/// <para>A verdict of accept here ends only this table: what others drop stays dropped. Nothing but the table is ever named.</para>
/// <para>With <see cref="NicLocks.Ips"/> the guest may send: IP from them; ARP that names them, or no address yet (RFC 5227); requests for a
/// DHCP lease (IPv4, if one of them is); and where one of them is IPv6, also from the link-local address that belongs to the MAC address (RFC 4291,
/// appendix A), and what it takes to see whether an address is free (RFC 4862: solicitations and MLD reports from the unspecified address). A
/// neighbour advertisement may speak of no other address, whoever it comes from. All else is dropped.</para>
/// </remarks>
internal static class FrameRules
{
    /// <summary>The table that is ours.</summary>
    public const string Table = "reconciler";

    /// <summary>Before all that others do at these hooks.</summary>
    private const int Priority = -400;

    /// <summary>Says that the rules of an interface are in force, each of them.</summary>
    /// <param name="listing">What nft shows of the table.</param>
    /// <param name="nic">How its NIC is attached.</param>
    /// <param name="name">The interface.</param>
    public static bool AreIn(string listing, string name, DesiredNic nic) =>
        listing.Contains("iifname vmap @from", StringComparison.Ordinal)
        && listing.Contains("oifname vmap @to", StringComparison.Ordinal)
        && listing.Contains($"\"{name}\" : jump from-{name}", StringComparison.Ordinal)
        && listing.Contains($"\"{name}\" : jump to-{name}", StringComparison.Ordinal)
        && listing.Contains($"comment \"{Fingerprint(name, nic, isHeldBack: false)}\"", StringComparison.Ordinal);

    /// <summary>Whether the table has anything about the interface.</summary>
    public static bool Has(string listing, string name) => listing.Contains($"chain from-{name} {{", StringComparison.Ordinal);

    /// <summary>The interfaces that the table has something about.</summary>
    public static IEnumerable<string> Names(string listing) => listing.Split('\n').Select(line => line.Trim())
        .Where(line => line.StartsWith("chain from-", StringComparison.Ordinal) && line.EndsWith(" {", StringComparison.Ordinal))
        .Select(line => line["chain from-".Length..^" {".Length]);

    /// <summary>One transaction that puts the rules of a NIC in force, in place of those that its interface had.</summary>
    /// <param name="name">The interface; it need not be there yet.</param>
    /// <param name="nic">What may pass.</param>
    /// <param name="isHeldBack">True: nothing may yet, because it is not where it belongs.</param>
    public static string Install(string name, DesiredNic nic, bool isHeldBack)
    {
        StringBuilder script = new();
        script.Append(Base());
        Chain(script, $"from-{name}", Fingerprint(name, nic, isHeldBack), From(nic, isHeldBack));
        Chain(script, $"to-{name}", comment: null, nic.LinkDown || isHeldBack ? ["drop"] : []);
        script.Append($"add element bridge {Table} from {{ \"{name}\" : jump from-{name} }}\n");
        script.Append($"add element bridge {Table} to {{ \"{name}\" : jump to-{name} }}\n");
        return script.ToString();
    }

    /// <summary>One transaction after which the table has nothing about the interface.</summary>
    public static string Remove(string name)
    {
        StringBuilder script = new();
        foreach (var side in (ReadOnlySpan<string>)["from", "to"])
        {
            // What is added first can be deleted without an error, whatever of it was there.
            script.Append($"add chain bridge {Table} {side}-{name}\n");
            script.Append($"add element bridge {Table} {side} {{ \"{name}\" : jump {side}-{name} }}\n");
            script.Append($"delete element bridge {Table} {side} {{ \"{name}\" }}\n");
            script.Append($"flush chain bridge {Table} {side}-{name}\ndelete chain bridge {Table} {side}-{name}\n");
        }
        return script.ToString();
    }

    private static string Base() => $$"""
        add table bridge {{Table}}
        add map bridge {{Table}} from { type ifname : verdict; }
        add map bridge {{Table}} to { type ifname : verdict; }
        add chain bridge {{Table}} prerouting { type filter hook prerouting priority {{Priority}}; policy accept; }
        add chain bridge {{Table}} input { type filter hook input priority {{Priority}}; policy accept; }
        add chain bridge {{Table}} postrouting { type filter hook postrouting priority {{Priority}}; policy accept; }
        flush chain bridge {{Table}} prerouting
        flush chain bridge {{Table}} input
        flush chain bridge {{Table}} postrouting
        add rule bridge {{Table}} prerouting iifname vmap @from
        add rule bridge {{Table}} input iifname vmap @from
        add rule bridge {{Table}} postrouting oifname vmap @to

        """;

    private static void Chain(StringBuilder script, string chain, string? comment, IEnumerable<string> rules)
    {
        script.Append($"add chain bridge {Table} {chain}\nflush chain bridge {Table} {chain}\n");
        if (comment is not null) script.Append($"add rule bridge {Table} {chain} counter comment \"{comment}\"\n");
        foreach (var rule in rules) script.Append($"add rule bridge {Table} {chain} {rule}\n");
    }

    private static IEnumerable<string> From(DesiredNic nic, bool isHeldBack)
    {
        if (nic.LinkDown || isHeldBack) return ["drop"];
        return nic.Locks is { } locks ? [.. locks.Mac ? ofMac(nic.Mac) : [], .. locks.Ips.Count > 0 ? OfIps(nic.Mac, locks.Ips) : []] : [];

        static string[] ofMac(string mac) => [$"ether saddr != {mac} drop", $"arp saddr ether != {mac} drop"];
    }

    private static IEnumerable<string> OfIps(string mac, IEnumerable<string> ips)
    {
        var addresses = ips.Select(IPAddress.Parse).Distinct().ToArray();
        if (addresses.Where(a => a.AddressFamily is AddressFamily.InterNetwork).ToArray() is { Length: > 0 } v4)
        {
            yield return "ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept";
            yield return $"ip saddr {Set(v4)} accept";
            yield return $"arp saddr ip {Set([.. v4, IPAddress.Any])} accept";
        }
        if (addresses.Where(a => a.AddressFamily is AddressFamily.InterNetworkV6).ToArray() is { Length: > 0 } v6)
        {
            IPAddress[] allowed = [.. v6.Append(LinkLocal(mac)).Distinct()];

            // The target address is after type, code, checksum and flags (RFC 4861, 4.3 and 4.4). Its own word for it nft has since 1.0.9 only.
            var targets = $"{{ {string.Join(", ", allowed.Select(a => $"0x{Convert.ToHexStringLower(a.GetAddressBytes())}"))} }}";
            yield return $"icmpv6 type nd-neighbor-advert @th,64,128 != {targets} drop";
            yield return $"ip6 saddr :: icmpv6 type nd-neighbor-solicit @th,64,128 {targets} accept";
            yield return "ip6 saddr :: icmpv6 type { mld-listener-report, mld2-listener-report } accept";
            yield return $"ip6 saddr {Set(allowed)} accept";
        }
        yield return "drop";
    }

    /// <summary>fe80::/64 and the MAC address as a modified EUI-64.</summary>
    internal static IPAddress LinkLocal(string mac)
    {
        var b = Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal));
        return new IPAddress([0xfe, 0x80, 0, 0, 0, 0, 0, 0, (byte)(b[0] ^ 2), b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]]);
    }

    private static string Set(IEnumerable<IPAddress> addresses) => $"{{ {string.Join(", ", addresses)} }}";

    /// <summary>Tells the rules of one NIC from any others, so that what is in force can be compared with what should be.</summary>
    private static string Fingerprint(string name, DesiredNic nic, bool isHeldBack) =>
        $"rules:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name} {nic.LinkDown} {string.Join('\n', From(nic, isHeldBack))}")))[..16]}";
}
