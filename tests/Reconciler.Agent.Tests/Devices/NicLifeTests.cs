using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Devices;

/// <summary>What becomes of a NIC while its guest runs, on a whole agent.</summary>
public sealed class NicLifeTests
{
    private static readonly VifSpec Spec = new() { Domain = "web", Index = 0, Network = "lan" };

    [Fact]
    public void Rate_link_and_locks_follow_the_spec_while_the_guest_keeps_its_NIC() => Run(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VifAsync(domain, "nic", Spec);
        var before = await UntilAsync(rig, v => v.Status?.State == DeviceState.Attached);

        await rig.VifAsync(domain, "nic", Spec with { Rate = "8Mb/s", LinkState = LinkState.Down, LockedAddresses = new LockedAddresses { Ips = ["192.0.2.7"] } });
        await UntilAsync(rig, v => Ready(v) is { Status: ConditionStatus.True } ready && ready.ObservedGeneration == v.Metadata.Generation && v.Metadata.Generation > before.Metadata.Generation);

        var seen = (await rig.SeenAsync())!.Devices.ShouldHaveSingleItem();
        seen.Mark!.Nic!.ShouldSatisfyAllConditions(
            n => n.RateBytesPerSecond.ShouldBe(1_000_000), n => n.LinkDown.ShouldBeTrue(), n => n.Locks.ShouldBe(new NicLocks { Mac = true, Ips = ["192.0.2.7"] }));
        seen.Frontend.ShouldBe(XenbusState.Connected);
        (await rig.GetAsync<Vif>("nic"))!.Status!.AttachedAt.ShouldBe(before.Status!.AttachedAt);
    });

    [Fact]
    public void A_bridge_that_is_removed_under_a_NIC_is_said_since_when_and_the_NIC_is_put_back_when_it_returns() => Run(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VifAsync(domain, "nic", Spec);
        var before = await UntilAsync(rig, v => v.Status?.State == DeviceState.Attached);
        rig.Host.ByHand.RemoveBridge("xenbr0");
        var said = await UntilAsync(rig, v => Ready(v)?.Reason == DeviceReadyCondition.NetworkNotReady);
        said.Status!.State.ShouldBe(DeviceState.Attached);
        said.Status.WaitingFor.ShouldNotBeNull().Reason.ShouldBe("Bridge");

        await Task.Delay(TimeSpan.FromMinutes(2), rig.Time);
        (await rig.GetAsync<Vif>("nic"))!.Status!.WaitingFor!.Since.ShouldBe(said.Status.WaitingFor.Since);
        rig.Host.ByHand.MakeBridge("xenbr0");
        var back = await UntilAsync(rig, v => Ready(v)?.Status == ConditionStatus.True);
        back.Status!.WaitingFor.ShouldBeNull();
        back.Status.AttachedAt.ShouldBe(before.Status!.AttachedAt, "the guest has lost it");
        (await rig.SeenAsync())!.Devices.Single().Port.ShouldBe(NicPort.InPlace);
    });

    [Fact]
    public void Rules_that_somebody_has_flushed_are_in_force_again_when_a_new_agent_has_looked() => VirtualLoop.Run(async time =>
    {
        await using var rig = new AgentRig(time);
        await rig.OfferAsync();
        await rig.StartAsync();
        var domain = await rig.DomainAsync();
        await rig.VifAsync(domain, "nic", Spec with { LinkState = LinkState.Down });
        await UntilAsync(rig, v => v.Status?.State == DeviceState.Attached);
        await rig.StopAsync();
        rig.Host.ByHand.FlushRules();
        (await rig.SeenAsync())!.Devices.Single().Port.ShouldBe(NicPort.Astray);
        await rig.StartAsync();
        await rig.UntilAsync(async () => (await rig.SeenAsync())!.Devices.Single().Port is NicPort.InPlace, () => Task.FromResult("the rules"));
    });

    [Fact]
    public void Addresses_that_a_guest_says_it_has_are_shown_and_rubbish_is_not() => Run(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VifAsync(domain, "nic", Spec);
        await UntilAsync(rig, v => v.Status?.State == DeviceState.Attached);
        var domid = (await rig.SeenAsync())!.Domid;
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv4/0", "192.0.2.7");
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv4/1", "<script>");
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv4/77", "192.0.2.77");
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv6/0", "2001:DB8::7");
        var vif = await UntilAsync(rig, v => v.Status?.IpAddresses is { Count: 2 });
        vif.Status!.IpAddresses.ShouldBe(["192.0.2.7", "2001:db8::7"]);
    });

    [Fact]
    public void The_Domain_shows_the_addresses_of_all_its_NICs_in_their_order_each_once_for_as_long_as_it_runs() => Run(async rig =>
    {
        var domain = await rig.DomainAsync(change: s => s with { WaitFor = new WaitForSpec { Vifs = ["nic", "second"] } });
        await rig.VifAsync(domain, "second", Spec with { Index = 1 });
        await rig.VifAsync(domain, "nic", Spec with { LockedAddresses = new LockedAddresses { Ips = ["192.0.2.99"] } });
        await UntilAsync(rig, v => v.Status?.State == DeviceState.Attached);
        (await rig.GetAsync<Domain>("web"))!.Status!.IpAddresses.ShouldBeNull("what a NIC is locked to is not what the guest was seen to have");

        var domid = (await rig.SeenAsync())!.Domid;
        rig.Host.ByHand.Write(domid, "attr/vif/1/ipv4/0", "198.51.100.7");
        rig.Host.ByHand.Write(domid, "attr/vif/1/ipv6/0", "2001:DB8::7");
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv4/0", "192.0.2.7");
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv6/0", "2001:db8::7");
        await rig.UntilDomainAsync("web", d => d.Status?.IpAddresses is ["192.0.2.7", "2001:db8::7", "198.51.100.7"]);

        await Task.Delay(TimeSpan.FromSeconds(30), rig.Time);
        var writes = rig.Client.Writes.Count;
        rig.Host.ByHand.Write(domid, "attr/vif/0/ipv4/1", "192.0.2.7");
        await Task.Delay(TimeSpan.FromMinutes(2), rig.Time);
        rig.Client.Writes.Skip(writes).ShouldAllBe(write => write.StartsWith("apply leases", StringComparison.Ordinal));

        await rig.DomainAsync(change: s => s with { PowerState = PowerState.Halted, WaitFor = new WaitForSpec { Vifs = ["nic", "second"] } });
        var halted = await rig.UntilDomainAsync("web", d => d.Status?.PowerState == "Halted");
        halted.Status!.IpAddresses.ShouldBeNull();
    });

    [Fact]
    public void A_Domain_shows_no_more_addresses_than_its_status_has_room_for() => Run(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VifAsync(domain, "nic", Spec);
        await UntilAsync(rig, v => v.Status?.State == DeviceState.Attached);
        var domid = (await rig.SeenAsync())!.Domid;
        for (var nic = 0; nic < 9; nic++)
        {
            if (nic > 0) rig.Host.ByHand.AttachNic(domid, nic, $"00:16:3e:00:00:0{nic}", "xenbr0");
            for (var i = 0; i < GuestAddresses.PerFamily; i++) rig.Host.ByHand.Write(domid, $"attr/vif/{nic}/ipv4/{i}", $"192.0.2.{(10 * nic) + i}");
        }

        var seen = await rig.UntilDomainAsync("web", d => d.Status?.IpAddresses is { Count: DomainStatus.MaximumIpAddresses });
        seen.Status!.IpAddresses![^1].ShouldBe("192.0.2.73");
    });

    [Fact]
    public void A_MAC_address_of_a_foreign_domain_on_the_host_is_said() => Run(async rig =>
    {
        var foreign = rig.Host.ByHand.Create("foreign");
        rig.Host.ByHand.AttachNic(foreign, 0, "00:16:3e:aa:bb:cc", "xenbr0");
        var domain = await rig.DomainAsync();
        await rig.UntilDomainAsync("web", d => d.Status?.PowerState == "Running");
        await rig.VifAsync(domain, "nic", Spec with { MacAddress = "00:16:3e:aa:bb:cc" });
        var vif = await UntilAsync(rig, v => Ready(v)?.Reason == DeviceReadyCondition.MacAddressInUse);
        Ready(vif)!.Message.ShouldNotBeNull().ShouldContain("00:16:3e:aa:bb:cc");
    });

    [Fact]
    public void A_guest_from_before_hot_plug_is_told_from_one_without_a_driver() => Run(
        async rig =>
        {
            var domain = await rig.DomainAsync(change: s => s with { WaitFor = new WaitForSpec { Vifs = ["cold"] } });
            await rig.VifAsync(domain, "cold", Spec);
            await rig.UntilAsync(async () => (await rig.GetAsync<Vif>("cold"))?.Status?.State == DeviceState.Attached, () => Task.FromResult("the first NIC"));

            await rig.VifAsync(domain, "nic", Spec with { Index = 1 });
            var late = await UntilAsync(rig, v => Ready(v)?.Reason == DeviceReadyCondition.HotplugNotSupported);
            Ready(late)!.Message.ShouldNotBeNull().ShouldContain("set powerState to Halted");
            await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
            await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.FrontendNotConnected);
            await rig.UntilDomainAsync("web", d => d.Status!.Conditions.Find(RestartRequiredCondition.Type) is { Status: ConditionStatus.True, Message: { } m } && m.Contains("VIF nic", StringComparison.Ordinal));
        },
        DeviceAnswer.NoHotplug);

    [Fact]
    public void A_guest_that_says_it_takes_no_NICs_while_it_runs_is_believed_at_once() => Run(
        async rig =>
        {
            var domain = await rig.DomainAsync();
            await rig.UntilDomainAsync("web", d => d.Status?.PowerState == "Running");
            rig.Host.ByHand.Write((await rig.SeenAsync())!.Domid, "feature/hotplug/vif", "0");
            await rig.VifAsync(domain, "nic", Spec);
            await UntilAsync(rig, v => Ready(v)?.Reason == DeviceReadyCondition.HotplugNotSupported);
        },
        DeviceAnswer.NoHotplug);

    private static void Run(Func<AgentRig, Task> test, DeviceAnswer devices = DeviceAnswer.Connect) =>
        AgentRig.RunStarted(test, SimulatedHostOptions.Lifelike with { Guest = SimulatedHostOptions.Lifelike.Guest with { Devices = devices } });

    private static async Task<Vif> UntilAsync(AgentRig rig, Predicate<Vif> holds)
    {
        await rig.UntilAsync(async () => await rig.GetAsync<Vif>("nic") is { } now && holds(now), async () => (await rig.GetAsync<Vif>("nic")) is { } now ? $"{now.Status?.State} {Ready(now)?.Reason} {Ready(now)?.Message}" : "gone");
        return (await rig.GetAsync<Vif>("nic"))!;
    }

    private static Condition? Ready(Vif vif) => vif.Status?.Conditions.Find(DeviceReadyCondition.Type);
}
