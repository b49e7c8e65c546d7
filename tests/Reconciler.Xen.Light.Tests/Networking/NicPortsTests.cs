using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Networking;

public sealed class NicPortsTests
{
    private const string Name = "vif3.0";

    private static readonly DesiredNic Plain = Domains.Nic();
    private static readonly DesiredNic Locked = Plain with { Locks = new NicLocks { Mac = true } };
    private static readonly DesiredNic InVlan = Plain with { Bridge = "xenbr1", Vlan = 7 };

    private readonly FakeNetwork _network = new();

    [Fact]
    public void A_NIC_that_asks_for_nothing_needs_no_rules_and_no_nftables()
    {
        _network.Missing = "there is none";
        _network.Interfaces[Name] = "xenbr0";
        _network.Ports.Require(Plain, "test");
        _network.Ports.Prepare(Name, Plain);
        _network.Ports.Settle(Name, Plain, before: null);
        _network.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void Locks_are_in_force_before_the_interface_is_there()
    {
        _network.Ports.Prepare(Name, Locked);
        FrameRules.AreIn(_network.List(FrameRules.Table), Name, Locked).ShouldBeTrue();
    }

    [Fact]
    public void A_NIC_of_a_VLAN_passes_nothing_before_it_is_in_it()
    {
        _network.Ports.Prepare(Name, InVlan);
        _network.Interfaces[Name] = "xenbr1"; // the hotplug script knows of no VLAN
        _network.Ports.Settle(Name, InVlan, before: null);
        _network.Calls.ShouldBe([$"close {Name}", $"close {Name}", $"join {Name} xenbr1 7", $"open {Name}"]);
    }

    [Fact]
    public void A_NIC_that_moves_obeys_neither_the_old_rules_in_the_new_place_nor_the_new_ones_in_the_old()
    {
        _network.Interfaces[Name] = "xenbr0";
        _network.Ports.Settle(Name, InVlan, Locked);
        _network.Calls.ShouldBe([$"close {Name}", $"join {Name} xenbr1 7", $"open {Name}"]);
    }

    [Fact]
    public void What_needs_rules_no_more_has_none_when_it_is_settled()
    {
        _network.Interfaces[Name] = "xenbr0";
        _network.Ports.Settle(Name, Locked, Plain);
        _network.Ports.Settle(Name, Plain, Locked);
        _network.Calls.ShouldBe([$"open {Name}", "remove rules"]);
    }

    [Fact]
    public void What_a_host_can_not_do_is_refused_with_the_remedy()
    {
        Should.Throw<XenException>(() => _network.Ports.Require(Plain with { Bridge = "xenbr9" }, "test")).ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe(XenErrorCode.FileNotUsable), e => e.Detail.ShouldContain("xenbr9"));
        Should.Throw<XenException>(() => _network.Ports.Require(InVlan with { Bridge = "xenbr0" }, "test")).Detail.ShouldContain("vlan_filtering 1");
        _network.Missing = "nftables is not there";
        Should.Throw<XenException>(() => _network.Ports.Require(Locked, "test")).ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe(XenErrorCode.NotSupported), e => e.Detail.ShouldContain("nftables is not there"));
    }

    [Fact]
    public void Where_an_interface_is_is_seen()
    {
        Look(Locked).ShouldBeEmpty();
        _network.Interfaces[Name] = "xenbr0";
        Look(Plain).ShouldBe([(0, NicPort.InPlace)]);
        Look(Locked).ShouldBe([(0, NicPort.Astray)]);
        _network.Ports.Settle(Name, Locked, before: null);
        Look(Locked).ShouldBe([(0, NicPort.InPlace)]);
        _network.Interfaces[Name] = null;
        Look(Locked).ShouldBe([(0, NicPort.Astray)]);
        _network.Bridges.Clear();
        Look(Locked).ShouldBe([(0, NicPort.BridgeGone)]);
    }

    [Fact]
    public void Rules_of_domains_that_are_gone_are_removed_and_no_others()
    {
        foreach (var name in new[] { "vif3.0", "vif3.1", "vif4.0" }) _network.Ports.Prepare(name, Locked);
        _network.Ports.Sweep(domid => domid == 4);
        FrameRules.Names(_network.List(FrameRules.Table)).ShouldBe(["vif4.0"]);
    }

    private List<(int, NicPort)> Look(DesiredNic nic) => [.. _network.Ports.Look(3, [nic])];
}
