using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Reconciler.Xen.Host;

/// <summary>The IP addresses that a guest says it has, read with the caution that what a guest has written calls for.</summary>
/// <remarks>
/// XenServer's guest tools write them, numbered from 0: <c>attr/vif/N/ipv4/M</c> and <c>attr/vif/N/ipv6/M</c>; older ones <c>attr/ethN/ip</c> and
/// <c>attr/ethN/ipv6/M/addr</c>. A guest may write there what it likes, and as much: so a fixed number of nodes is read, by name, and nothing is listed.
/// </remarks>
public static class GuestAddresses
{
    /// <summary>How many nodes of each family are looked at, and so how many addresses of each there can be.</summary>
    public const int PerFamily = 4;

    /// <summary>IPv6 with an embedded IPv4 address, characters.</summary>
    private const int MaximumLength = 45;

    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>The nodes to be read for a NIC, below <c>/local/domain/DOMID</c>.</summary>
    /// <param name="index">Of the NIC.</param>
    public static IEnumerable<string> Nodes(int index) =>
    [
        .. Enumerable.Range(0, PerFamily).Select(i => $"attr/vif/{index}/ipv4/{i}"), $"attr/eth{index}/ip",
        .. Enumerable.Range(0, PerFamily).Select(i => $"attr/vif/{index}/ipv6/{i}"), $"attr/eth{index}/ipv6/0/addr",
    ];

    /// <summary>Whether a change of this path may be one of an address: <c>/local/domain/DOMID/attr/...</c>, or a directory on the way, which goes with all below it.</summary>
    public static bool IsConcernedBy(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Split('/') switch
        {
            ["", "local", "domain", _, "attr"] => true,
            ["", "local", "domain", _, "attr", "vif"] => true,
            ["", "local", "domain", _, "attr", "vif", _] => true,
            ["", "local", "domain", _, "attr", "vif", _, "ipv4" or "ipv6", ..] => true,
            ["", "local", "domain", _, "attr", var nic, ..] => nic.StartsWith("eth", StringComparison.Ordinal),
            _ => false,
        };
    }

    /// <summary>The addresses among the values, as .NET writes them, each once; at most twice <see cref="PerFamily"/>. What is none, or of no use (0.0.0.0), is left out.</summary>
    public static ValueList<string> Parse(IEnumerable<string?> values) => [.. values.Select(Address).OfType<string>().Distinct(StringComparer.Ordinal).Take(2 * PerFamily)];

    private static string? Address(string? text)
    {
        // .NET also reads 10.1 as 10.0.0.1, a scope after '%', and brackets with a port: no tool writes any of it.
        if (text is null || text.Length is 0 or > MaximumLength || text.AsSpan().ContainsAnyExcept(OfAddresses) || !IPAddress.TryParse(text, out var address)) return null;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return null;
        var written = address.ToString();
        return address.AddressFamily is AddressFamily.InterNetworkV6 || written == text ? written : null;
    }
}
