using System.Buffers.Binary;
using System.Net;

namespace Reconciler.Xen.Light.Probe.Frames;

/// <summary>Ethernet frames as a guest could send them, to a station that no bridge knows: it sends them by every port.</summary>
internal static class Frame
{
    private static readonly byte[] Nobody = [2, 0, 0, 0, 0, 1];

    public static byte[] Mac(string mac) => Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal));

    public static byte[] Ethernet(string from, ushort type, byte[] payload, byte[]? to = null) =>
        [.. to ?? Nobody, .. Mac(from), (byte)(type >> 8), (byte)type, .. payload, .. new byte[Math.Max(0, 46 - payload.Length)]];

    public static byte[] Tagged(string from, ushort vlan, byte[] inner) =>
        Ethernet(from, 0x8100, [(byte)(vlan >> 8), (byte)vlan, .. inner[12..]]);

    public static byte[] Arp(string from, string sender, string ip) =>
        Ethernet(from, 0x0806, [0, 1, 8, 0, 6, 4, 0, 1, .. Mac(sender), .. Bytes(ip), .. new byte[6], 192, 0, 2, 1]);

    public static byte[] Udp(string from, string ip, ushort source = 1000, ushort target = 2000)
    {
        byte[] udp = [.. Port(source), .. Port(target), 0, 12, 0, 0, 1, 2, 3, 4];
        return IPAddress.Parse(ip).GetAddressBytes() is { Length: 4 } v4
            ? Ethernet(from, 0x0800, [0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0, 0, .. v4, 192, 0, 2, 1, .. udp])
            : Ethernet(from, 0x86dd, [0x60, 0, 0, 0, 0, 12, 17, 64, .. Bytes(ip), .. Bytes("2001:db8::1"), .. udp]);
    }

    /// <summary>A neighbour solicitation (135) or advertisement (136), RFC 4861.</summary>
    public static byte[] Neighbour(string from, string ip, byte type, string target) =>
        Ethernet(from, 0x86dd, [0x60, 0, 0, 0, 0, 24, 58, 255, .. Bytes(ip), .. Bytes("2001:db8::1"), type, 0, 0, 0, 0x20, 0, 0, 0, .. Bytes(target)]);

    private static byte[] Bytes(string ip) => IPAddress.Parse(ip).GetAddressBytes();

    private static byte[] Port(ushort port)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
        return bytes;
    }
}
