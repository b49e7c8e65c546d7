using System.Text;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;

namespace Reconciler.Xen.Light.Signals;

/// <summary>
/// What the kernel tells of dom0's network (netlink(7)): an interface of a domain that left its bridge, an interface that is new (a bridge that is made again), our table of
/// rules that somebody has deleted. So each is seen when it happens, and without looking. All else, which is what NICs that come and go bring about, is passed over.
/// </summary>
/// <param name="onLeft">Called with the domid of an interface that left its bridge, or went.</param>
/// <param name="onAny">Called when it can't be said whose NICs are concerned.</param>
internal sealed class NetworkWatch(Action<int> onLeft, Action onAny) : IDisposable
{
    private const int FilterProtocol = 12;
    private const uint LinkGroup = 1;
    private const uint FilterGroup = 1 << (7 - 1);
    private const ushort NewLink = 16, DeleteLink = 17;

    /// <summary>NFNL_SUBSYS_NFTABLES, NFT_MSG_DELTABLE (linux/netfilter/nfnetlink.h, nf_tables.h).</summary>
    private const ushort DeleteTable = (10 << 8) | 2;

    private const byte BridgeFamily = 7;
    private const ushort InterfaceName = 3, TableName = 1;

    // struct nlmsghdr; struct ifinfomsg, whose last word says what has changed: all of it, of an interface that is new; struct nfgenmsg.
    private const int HeaderLength = 16, LinkHeaderLength = 16, FilterHeaderLength = 4;

    private readonly List<NetlinkGroup> _groups = [];

    /// <summary>Listens until it is disposed of. A host that does not let it is looked at less often, and that is all.</summary>
    public void Start()
    {
        foreach (var (protocol, group) in ((int, uint)[])[(Libc.RouteProtocol, LinkGroup), (FilterProtocol, FilterGroup)])
        {
            if (NetlinkGroup.TryJoin(protocol, group) is not { } joined) continue;
            _groups.Add(joined);
            new Thread(() => Pump(joined)) { IsBackground = true, Name = "netlink" }.Start();
        }
    }

    /// <summary>What the messages of one datagram call for.</summary>
    internal void Take(ReadOnlySpan<byte> datagram)
    {
        while (datagram.Length >= HeaderLength)
        {
            var length = BitConverter.ToInt32(datagram);
            if (length < HeaderLength || length > datagram.Length) return;
            var type = BitConverter.ToUInt16(datagram[4..]);
            Take(type, datagram[HeaderLength..length]);
            datagram = datagram[Math.Min((length + 3) & ~3, datagram.Length)..];
        }
    }

    public void Dispose() => _groups.ForEach(group => group.Dispose());

    private void Take(ushort type, ReadOnlySpan<byte> message)
    {
        if (type is DeleteTable)
        {
            if (message.Length >= FilterHeaderLength && message[0] == BridgeFamily && Text(message[FilterHeaderLength..], TableName) == FrameRules.Table) onAny();
            return;
        }
        if (type is not (NewLink or DeleteLink) || message.Length < LinkHeaderLength || Text(message[LinkHeaderLength..], InterfaceName) is not { } name) return;
        if (type is DeleteLink && NicPorts.DomidOf(name) is { } domid) onLeft(domid);
        if (type is NewLink && BitConverter.ToUInt32(message[12..]) == uint.MaxValue && NicPorts.DomidOf(name) is null) onAny();
    }

    private static string? Text(ReadOnlySpan<byte> attributes, ushort wanted)
    {
        while (attributes.Length >= 4)
        {
            var length = BitConverter.ToUInt16(attributes);
            if (length < 4 || length > attributes.Length) return null;
            if (BitConverter.ToUInt16(attributes[2..]) == wanted) return Encoding.UTF8.GetString(attributes[4..length]).TrimEnd('\0');
            attributes = attributes[Math.Min((length + 3) & ~3, attributes.Length)..];
        }
        return null;
    }

    private void Pump(NetlinkGroup group)
    {
        var buffer = new byte[32 * 1024];
        while (group.Receive(buffer) is { } length)
        {
            if (length > 0) Take(buffer.AsSpan(0, length));
            else onAny(); // more came than was taken in time
        }
    }
}
