using System.Collections.Concurrent;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Signals;
using Shouldly;

namespace Reconciler.Xen.Light.Probe.Frames;

/// <summary>
/// What passes a NIC, on dom0's own bridge and packet filter: its interface is a tap with the name of one, and this process its guest. One line for each
/// check, as the contract has it.
/// </summary>
internal sealed class FrameChecks : IDisposable
{
    private const string Own = "00:16:3e:00:00:01";
    private const string Other = "02:00:00:00:00:66";
    private const string Bridge = "frames0";
    private const int Domid = 32001;

    private static readonly byte[] End = "that is all"u8.ToArray();

    private static readonly DesiredNic Nic = new() { ObjectUid = Guid.NewGuid(), ObjectName = "nic", Index = 0, Mac = Own, Bridge = Bridge };
    private static readonly DesiredNic Locked = Nic with { Locks = new NicLocks { Mac = true, Ips = ["192.0.2.7", "2001:db8::7"] } };

    private readonly KernelPorts _kernel = new();
    private readonly Nftables _nftables = new();
    private readonly NicPorts _ports;
    private readonly Tap _guest;
    private readonly Tap _friend;
    private readonly Tap _wire;

    private FrameChecks()
    {
        _ports = new NicPorts(_kernel, _nftables);
        Tap.Run("brctl", $"addbr {Bridge}");
        Tap.Run("ip", $"link set {Bridge} up");
        (_guest, _friend, _wire) = (new Tap(NicPorts.NameOf(Domid, 0)), new Tap("frames-friend"), new Tap("frames-wire"));
        foreach (var tap in (Tap[])[_guest, _friend, _wire]) _kernel.Join(tap.Name, Bridge, vlan: null);
    }

    /// <summary>Every check, by its name.</summary>
    private static (string Name, Action<FrameChecks> Run)[] All { get; } =
    [
        ("Frames_from_the_addresses_that_a_NIC_is_locked_to_pass_and_no_others", s => s.Locks()),
        ("A_guest_that_is_locked_teaches_the_bridge_no_other_address", s => s.Learning()),
        ("Nothing_passes_a_link_that_is_down_in_either_direction", s => s.Link()),
        ("A_NIC_of_a_VLAN_reaches_that_VLAN_alone", s => s.Vlan()),
        ("The_kernel_tells_of_a_port_that_leaves_a_bridge_that_is_made_and_rules_that_are_deleted", s => s.Hints()),
        ("Rules_that_are_flushed_are_seen_and_what_others_have_made_stays", s => s.Foreign()),
    ];

    public static int Run()
    {
        var failed = 0;
        foreach (var (name, run) in All)
        {
            using FrameChecks scene = new();
            try
            {
                run(scene);
                Console.WriteLine($"PASS {name}");
            }
            catch (Exception e)
            {
                failed++;
                Console.WriteLine($"FAIL {name}: {e.ToString().ReplaceLineEndings(" | ")}");
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private void Locks()
    {
        _ports.Settle(_guest.Name, Locked, before: null);
        _ports.Look(Domid, [Locked]).ShouldBe([(0, NicPort.InPlace)]);
        (string What, byte[] Frame, bool Passes)[] frames =
        [
            ("IPv4", Frame.Udp(Own, "192.0.2.7"), true),
            ("IPv4 from another address", Frame.Udp(Own, "192.0.2.8"), false),
            ("IPv4 from another MAC address", Frame.Udp(Other, "192.0.2.7"), false),
            ("ARP", Frame.Arp(Own, Own, "192.0.2.7"), true),
            ("ARP for another address", Frame.Arp(Own, Own, "192.0.2.8"), false),
            ("ARP that gives another MAC address", Frame.Arp(Own, Other, "192.0.2.7"), false),
            ("ARP that asks whether an address is free", Frame.Arp(Own, Own, "0.0.0.0"), true),
            ("DHCP", Frame.Udp(Own, "0.0.0.0", 68, 67), true),
            ("IPv4 from no address", Frame.Udp(Own, "0.0.0.0"), false),
            ("IPv6", Frame.Udp(Own, "2001:db8::7"), true),
            ("IPv6 from another address", Frame.Udp(Own, "2001:db8::8"), false),
            ("IPv6 from its link-local address", Frame.Udp(Own, "fe80::216:3eff:fe00:1"), true),
            ("IPv6 from another link-local address", Frame.Udp(Own, "fe80::66"), false),
            ("an advertisement of its address", Frame.Neighbour(Own, "2001:db8::7", 136, "2001:db8::7"), true),
            ("an advertisement of another address", Frame.Neighbour(Own, "2001:db8::7", 136, "2001:db8::8"), false),
            ("a question for another address", Frame.Neighbour(Own, "2001:db8::7", 135, "2001:db8::8"), true),
            ("a question whether its address is free", Frame.Neighbour(Own, "::", 135, "2001:db8::7"), true),
            ("a question whether another address is free", Frame.Neighbour(Own, "::", 135, "2001:db8::8"), false),
            ("a false address in a tagged frame", Frame.Tagged(Own, 5, Frame.Udp(Own, "192.0.2.8")), false),
            ("another protocol", Frame.Ethernet(Own, 0x88b5, [1, 2, 3]), false),
        ];
        foreach (var (what, frame, passes) in frames) Passes(frame).ShouldBe(passes, what);

        _ports.Settle(_guest.Name, Nic, Locked);
        Passes(Frame.Udp(Other, "192.0.2.8")).ShouldBeTrue("after it is locked no more");
    }

    /// <summary>Also by a frame that a bridge keeps to itself, as those of the spanning tree are.</summary>
    private void Learning()
    {
        _ports.Settle(_guest.Name, Locked, before: null);
        _guest.Send(Frame.Ethernet(Other, 0x0027, [0x42, 0x42, 3], to: Frame.Mac("01:80:c2:00:00:00")));
        Passes(Frame.Udp(Other, "192.0.2.7")).ShouldBeFalse();
        Passes(Frame.Udp(Own, "192.0.2.7")).ShouldBeTrue();
        Tap.Run("brctl", $"showmacs {Bridge}").ShouldSatisfyAllConditions(m => m.ShouldContain(Own), m => m.ShouldNotContain(Other));
    }

    private void Link()
    {
        var down = Locked with { LinkDown = true };
        _ports.Settle(_guest.Name, down, Locked);
        Passes(Frame.Udp(Own, "192.0.2.7")).ShouldBeFalse();
        _wire.Send(Frame.Udp(Other, "192.0.2.1"));
        _friend.ReceiveUntil(Frame.Udp(Other, "192.0.2.1")); // it has been sent by every port that it may be

        _ports.Settle(_guest.Name, Locked, down);
        Passes(Frame.Udp(Own, "192.0.2.7")).ShouldBeTrue();
        _wire.Send([.. Frame.Udp(Other, "192.0.2.1"), .. End]);
        var dropped = Frame.Udp(Other, "192.0.2.1");
        _guest.ReceiveUntil(End).Exists(frame => frame.AsSpan().EndsWith(dropped)).ShouldBeFalse("while it was down");
    }

    private void Vlan()
    {
        Should.Throw<XenException>(() => _ports.Require(Nic with { Vlan = 7 }, "test")).Detail.ShouldContain("vlan_filtering");
        File.WriteAllText($"/sys/class/net/{Bridge}/bridge/vlan_filtering", "1");
        var inVlan = Nic with { Vlan = 7 };
        _ports.Require(inVlan, "test");
        _ports.Settle(_guest.Name, inVlan, Nic);
        Passes(Frame.Udp(Own, "192.0.2.7")).ShouldBeFalse("the wire is in the common VLAN");
        Passes(Frame.Tagged(Own, 1, Frame.Udp(Own, "192.0.2.7"))).ShouldBeFalse("it can't choose the common VLAN itself");
        _kernel.Join(_wire.Name, Bridge, 7);
        _kernel.Join(_friend.Name, Bridge, 7);
        Passes(Frame.Udp(Own, "192.0.2.7")).ShouldBeTrue("the wire is in its VLAN");
        _ports.Settle(_guest.Name, Nic, inVlan);
        Passes(Frame.Udp(Own, "192.0.2.7")).ShouldBeFalse("it is in the common VLAN again");
        _ports.Look(Domid, [Nic]).ShouldBe([(0, NicPort.InPlace)]);
    }

    private void Foreign()
    {
        _nftables.Run("add table bridge others\nadd chain bridge others forward { type filter hook forward priority 0; policy accept; }\n");
        var foreign = _nftables.List("others");
        _ports.Settle(_guest.Name, Locked, before: null);
        _nftables.Run("flush ruleset\nadd table bridge others\nadd chain bridge others forward { type filter hook forward priority 0; policy accept; }\n");
        _ports.Look(Domid, [Locked]).ShouldBe([(0, NicPort.Astray)]);
        _ports.Settle(_guest.Name, Locked, Locked);
        _ports.Look(Domid, [Locked]).ShouldBe([(0, NicPort.InPlace)]);
        _kernel.BridgeOf(_guest.Name).ShouldBe(Bridge);
        _ports.Sweep(domid => domid != Domid);
        FrameRules.Names(_nftables.List(FrameRules.Table)).ShouldNotContain(_guest.Name);
        _nftables.List("others").ShouldBe(foreign);
        _nftables.Run("delete table bridge others");
    }

    private void Hints()
    {
        using BlockingCollection<int?> hints = [];
        using NetworkWatch watch = new(domid => hints.Add(domid), () => hints.Add(null));
        watch.Start();
        Tap.Run("brctl", $"delif {Bridge} {_guest.Name}");
        Next().ShouldBe(Domid);
        Tap.Run("brctl", "addbr frames1");
        Next().ShouldBeNull();
        Tap.Run("brctl", "delbr frames1");
        _ports.Settle(_guest.Name, Locked, before: null);
        _nftables.Run($"delete table bridge {FrameRules.Table}\n");
        Next().ShouldBeNull();
        hints.ShouldBeEmpty("what we do ourselves is no hint");

        int? Next() => hints.TryTake(out var hint, TimeSpan.FromSeconds(20)) ? hint : throw new TimeoutException("nothing was told");
    }

    /// <summary>Whether a frame of the guest comes out by the wire. One of somebody else's that comes after it tells when to stop waiting.</summary>
    private bool Passes(byte[] frame)
    {
        _guest.Send(frame);
        _friend.Send([.. Frame.Ethernet("02:00:00:00:00:02", 0x88b5, []), .. End]);
        return _wire.ReceiveUntil(End).Exists(seen => seen.AsSpan().SequenceEqual(frame) || seen.AsSpan().EndsWith(frame.AsSpan(14)));
    }

    public void Dispose()
    {
        _ports.Forget(_guest.Name);
        foreach (var tap in (Tap[])[_guest, _friend, _wire]) tap.Dispose();
        Tap.Run("ip", $"link set {Bridge} down");
        Tap.Run("brctl", $"delbr {Bridge}");
    }
}
