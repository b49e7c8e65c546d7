using System.Runtime.InteropServices;

namespace Reconciler.Xen.Light.Native;

/// <summary>The few requests to the kernel about network interfaces that are needed (rtnetlink(7), linux/if_link.h, linux/if_bridge.h).</summary>
internal static class RouteNetlink
{
    private const ushort NewLink = 16, DeleteLink = 17, SetLink = 19, Error = 2;
    private const ushort RequestWithAck = 1 | 4;
    private const byte BridgeFamily = 7;
    private const ushort Master = 10, FamilySpecific = 26, VlanInfo = 2;
    private const ushort Nested = 0x8000;
    private const ushort Pvid = 2, Untagged = 4;
    private const int HeaderLength = 16;

    /// <summary>ip link set dev INDEX master MASTER; 0: nomaster.</summary>
    public static void SetMaster(int index, int master) => Ask(NewLink, family: 0, index, Attribute(Master, BitConverter.GetBytes(master)));

    /// <summary>bridge vlan add dev INDEX vid VLAN pvid untagged.</summary>
    public static void AddVlan(int index, int vlan) => Ask(SetLink, BridgeFamily, index, Vlan(vlan, Pvid | Untagged));

    /// <summary>bridge vlan del dev INDEX vid VLAN.</summary>
    public static void DeleteVlan(int index, int vlan) => Ask(DeleteLink, BridgeFamily, index, Vlan(vlan, 0));

    private static byte[] Vlan(int vlan, ushort flags) =>
        Attribute(FamilySpecific | Nested, Attribute(VlanInfo, [.. BitConverter.GetBytes(flags), .. BitConverter.GetBytes((ushort)vlan)]));

    private static byte[] Attribute(ushort type, byte[] value)
    {
        var padded = new byte[(4 + value.Length + 3) & ~3];
        BitConverter.TryWriteBytes(padded, (ushort)(4 + value.Length));
        BitConverter.TryWriteBytes(padded.AsSpan(2), type);
        value.CopyTo(padded, 4);
        return padded;
    }

    private static void Ask(ushort type, byte family, int index, byte[] attributes)
    {
        // struct nlmsghdr, struct ifinfomsg, attributes.
        var message = new byte[HeaderLength + 16 + attributes.Length];
        BitConverter.TryWriteBytes(message, message.Length);
        BitConverter.TryWriteBytes(message.AsSpan(4), type);
        BitConverter.TryWriteBytes(message.AsSpan(6), RequestWithAck);
        message[HeaderLength] = family;
        BitConverter.TryWriteBytes(message.AsSpan(HeaderLength + 4), index);
        attributes.CopyTo(message, HeaderLength + 16);

        using var socket = Libc.OpenNetlink(Libc.RouteProtocol);
        Libc.SendTo(socket, message);
        var reply = new byte[4096];
        var length = Libc.ReceiveFrom(socket, reply);
        if (length < HeaderLength + 4 || BitConverter.ToUInt16(reply, 4) != Error) throw new IOException("rtnetlink: an answer that is none");
        if (BitConverter.ToInt32(reply, HeaderLength) is var error and not 0) throw new IOException(Marshal.GetPInvokeErrorMessage(-error), -error);
    }
}
