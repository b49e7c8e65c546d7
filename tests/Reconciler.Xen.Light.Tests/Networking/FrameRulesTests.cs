using System.Net;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Networking;

public sealed class FrameRulesTests
{
    private const string Name = "vif3.0";

    private static readonly DesiredNic Nic = Domains.Nic();

    [Fact]
    public void A_lock_to_the_MAC_address_holds_for_frames_and_for_what_ARP_says() =>
        From(Nic with { Locks = new NicLocks { Mac = true } }).ShouldBe(
            ["ether saddr != 00:16:3e:00:00:01 drop", "arp saddr ether != 00:16:3e:00:00:01 drop"]);

    [Fact]
    public void A_lock_to_IPv4_addresses_leaves_nothing_but_them_their_ARP_and_DHCP() =>
        From(Nic with { Locks = new NicLocks { Ips = ["192.0.2.7", "192.0.2.8"] } }).ShouldBe(
        [
            "ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept",
            "ip saddr { 192.0.2.7, 192.0.2.8 } accept",
            "arp saddr ip { 192.0.2.7, 192.0.2.8, 0.0.0.0 } accept",
            "drop",
        ]);

    [Fact]
    public void A_lock_to_an_IPv6_address_judges_what_neighbour_discovery_speaks_of()
    {
        var rules = From(Nic with { Locks = new NicLocks { Ips = ["2001:db8::7"] } });
        const string targets = "{ 0x20010db8000000000000000000000007, 0xfe8000000000000002163efffe000001 }";
        rules.ShouldBe(
        [
            $"icmpv6 type nd-neighbor-advert @th,64,128 != {targets} drop",
            $"ip6 saddr :: icmpv6 type nd-neighbor-solicit @th,64,128 {targets} accept",
            "ip6 saddr :: icmpv6 type { mld-listener-report, mld2-listener-report } accept",
            "ip6 saddr { 2001:db8::7, fe80::216:3eff:fe00:1 } accept",
            "drop",
        ]);
    }

    [Fact]
    public void A_link_that_is_down_passes_nothing_in_either_direction_whatever_else_is_locked()
    {
        var down = Nic with { LinkDown = true, Locks = new NicLocks { Mac = true } };
        From(down).ShouldBe(["drop"]);
        Rules(down, $"to-{Name}").ShouldBe(["drop"]);
        Rules(Nic with { Locks = new NicLocks { Mac = true } }, $"to-{Name}").ShouldBeEmpty();
    }

    [Fact]
    public void What_is_held_back_passes_nothing_and_is_not_taken_for_what_it_is_to_be()
    {
        var nic = Nic with { Vlan = 7 };
        FakeNetwork network = new();
        network.Run(FrameRules.Install(Name, nic, isHeldBack: true));
        network.Chains[$"from-{Name}"].ShouldContain("drop");
        network.Chains[$"to-{Name}"].ShouldBe(["drop"]);
        FrameRules.AreIn(network.List(FrameRules.Table), Name, nic).ShouldBeFalse();

        network.Run(FrameRules.Install(Name, nic, isHeldBack: false));
        network.Chains[$"to-{Name}"].ShouldBeEmpty();
        FrameRules.AreIn(network.List(FrameRules.Table), Name, nic).ShouldBeTrue();
    }

    [Fact]
    public void Rules_are_known_again_by_what_they_say_and_of_which_interface()
    {
        var nic = Nic with { Locks = new NicLocks { Mac = true, Ips = ["192.0.2.7"] } };
        FakeNetwork network = new();
        network.Run(FrameRules.Install(Name, nic, isHeldBack: false));
        var listing = network.List(FrameRules.Table);
        FrameRules.AreIn(listing, Name, nic).ShouldBeTrue();
        FrameRules.AreIn(listing, "vif3.1", nic).ShouldBeFalse();
        FrameRules.AreIn(listing, Name, nic with { Locks = nic.Locks with { Ips = ["192.0.2.8"] } }).ShouldBeFalse();
        FrameRules.AreIn("", Name, nic).ShouldBeFalse();
        FrameRules.Names(listing).ShouldBe([Name]);
    }

    [Fact]
    public void Nothing_but_our_table_is_named_and_removing_leaves_nothing_of_the_interface()
    {
        var nic = Nic with { LinkDown = true };
        var install = FrameRules.Install(Name, nic, isHeldBack: false);
        foreach (var line in (install + FrameRules.Remove(Name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            line.ShouldContain("bridge reconciler");
        FakeNetwork network = new();
        network.Run(install);
        network.Run(FrameRules.Remove(Name));
        FrameRules.Names(network.List(FrameRules.Table)).ShouldBeEmpty();
        FrameRules.Has(network.List(FrameRules.Table), Name).ShouldBeFalse();
    }

    [Fact]
    public void The_link_local_address_is_that_of_the_MAC_address() =>
        FrameRules.LinkLocal("52:54:00:12:34:56").ShouldBe(IPAddress.Parse("fe80::5054:ff:fe12:3456"));

    private static List<string> From(DesiredNic nic) => [.. Rules(nic, $"from-{Name}").Skip(1)];

    private static List<string> Rules(DesiredNic nic, string chain)
    {
        FakeNetwork network = new();
        network.Run(FrameRules.Install(Name, nic, isHeldBack: false));
        return network.Chains[chain];
    }
}
