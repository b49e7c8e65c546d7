using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Devices;

/// <summary>Disks and NICs from their objects to the guest and back, on a whole agent.</summary>
public sealed class DeviceLifeTests
{
    [Fact]
    public void A_domain_starts_with_the_disk_of_its_template_and_not_before_it_is_there() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync(change: s => s with { VbdTemplates = [Template("xvda")] });
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.WaitingForDevices);
        (await rig.SeenAsync()).ShouldBeNull();
        (await rig.GetAsync<Domain>("web"))!.Status!.Conditions.Find(DevicesAttachedCondition.Type)!.Reason.ShouldBe(DevicesAttachedCondition.WaitingForObjects);

        await rig.VbdAsync(domain, "web-xvda", AgentRig.Made("xvda", "web-root"), templated: true);
        var vbd = await rig.UntilAsync("web-xvda", v => v.Status?.State == DeviceState.Attached);

        vbd.Status!.Conditions.Find(DeviceReadyCondition.Type)!.Status.ShouldBe(ConditionStatus.True);
        vbd.Status.Path.ShouldBe("/srv/fast/web-root");
        vbd.Status.Size.ShouldBe("1Gi");
        vbd.Status.Device.ShouldBe("xvda");
        vbd.Status.FrontendState.ShouldBe("Connected");
        vbd.Status.BackendState.ShouldBe("Connected");
        vbd.Status.AttachedAt.ShouldNotBeNull();
        vbd.Status.WaitingFor.ShouldBeNull();
        vbd.Status.Domid.ShouldBe((await rig.SeenAsync())!.Domid);
        var ready = await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        ready.Status!.Conditions.Find(DevicesAttachedCondition.Type)!.Reason.ShouldBe(DevicesAttachedCondition.AllAttached);
        (await rig.SeenAsync())!.Mark!.BootedWith.Disks.Single().Path.ShouldBe("/srv/fast/web-root");
        rig.Storage.Made.ShouldBe(["/srv/fast/web-root"]);
    });

    /// <summary>On a slow host: what is there is said, and what the user wants of the domain meanwhile is done, before the last of them has come.</summary>
    [Fact]
    public void Disks_that_take_long_hold_up_neither_the_word_on_those_that_are_there_nor_the_power_state() => AgentRig.RunStarted(
        async rig =>
        {
            var domain = await rig.DomainAsync();
            await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
            foreach (var letter in "bcdefghijkl") await rig.VbdAsync(domain, $"disk-{letter}", AgentRig.Made($"xvd{letter}", $"data-{letter}"));

            await rig.UntilAsync(async () => await AttachedAsync(rig) > 0, () => Task.FromResult("none attached"));
            (await AttachedAsync(rig)).ShouldBeLessThan(11);
            await rig.DomainAsync(change: s => s with { PowerState = PowerState.Paused });
            await rig.UntilAsync(async () => (await rig.SeenAsync())!.State == RunState.Paused, () => Task.FromResult("it runs on"));
            (await rig.SeenAsync())!.Devices.Count.ShouldBeLessThan(11);
            await rig.UntilAsync(async () => await AttachedAsync(rig) == 11, async () => $"{await AttachedAsync(rig)} of 11 attached");
        },
        SimulatedHostOptions.Lifelike with
        {
            Latency = o => o is HostOperation.AttachDisk ? TimeSpan.FromSeconds(30) : SimulatedHostOptions.Lifelike.Latency(o),
            LongOperationsAtOnce = 2,
        });

    [Fact]
    public void A_disk_and_a_NIC_come_to_a_running_guest_and_go_when_their_objects_are_deleted() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        var running = await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);

        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data", reclaim: ReclaimPolicy.Delete));
        await rig.VifAsync(domain, "nic", new VifSpec { Domain = "web", Index = 0, Network = "lan", Rate = "8Mb/s" });
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);
        await rig.UntilAsync(async () => (await rig.GetAsync<Vif>("nic"))?.Status?.State == DeviceState.Attached, () => Task.FromResult("the NIC"));
        var vif = (await rig.GetAsync<Vif>("nic"))!;
        vif.Status!.MacAddress.ShouldBe(MacAddress.OfUid(vif.Metadata.Uid!));
        vif.Status.Bridge.ShouldBe("xenbr0");
        vif.Status.Interface.ShouldBe($"vif{running.Status!.Domid}.0");
        (await rig.SeenAsync())!.Devices.Single(d => d.Mark?.Nic is not null).Mark!.Nic!.RateBytesPerSecond.ShouldBe(1_000_000);

        await rig.DeleteAsync<Vbd>("data");
        await rig.DeleteAsync<Vif>("nic");
        await rig.UntilGoneAsync<Vbd>("data");
        await rig.UntilGoneAsync<Vif>("nic");

        var seen = (await rig.SeenAsync())!;
        seen.Devices.ShouldBeEmpty();
        seen.Domid.ShouldBe(running.Status.Domid!.Value);
        rig.Storage.Made.ShouldBeEmpty();
    });

    [Fact]
    public void A_guest_that_does_not_let_go_is_named_and_keeps_its_disk() => AgentRig.RunStarted(
        async rig =>
        {
            var domain = await rig.DomainAsync();
            await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data") with { Detach = new DetachSpec { TimeoutSeconds = 20 } });
            await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

            await rig.DeleteAsync<Vbd>("data");
            var asked = await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.Detaching && v.Status!.DetachRequestedAt is not null);
            asked.Status!.WaitingFor!.Deadline.ShouldBe(asked.Status.DetachRequestedAt!.Value.AddSeconds(20));
            var blocked = await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.DetachBlocked);

            blocked.Status!.State.ShouldBe(DeviceState.Detaching);
            blocked.Metadata.Finalizers!.ShouldContain(XenApi.ReleaseFinalizer);
            (await rig.SeenAsync())!.Devices.Count.ShouldBe(1);
            (await rig.GetAsync<Domain>("web"))!.Status!.Conditions.Find(DevicesAttachedCondition.Type)!.Reason.ShouldBe(DevicesAttachedCondition.DeviceFailed);
        },
        SimulatedHostOptions.Lifelike with { Guest = SimulatedHostOptions.Lifelike.Guest with { Devices = DeviceAnswer.Keep } });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Domain_and_disk_are_deleted_in_any_order_and_nothing_is_left(bool domainFirst) => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data", reclaim: ReclaimPolicy.Delete));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

        if (domainFirst)
        {
            await rig.DeleteAsync<Domain>("web");
            await rig.DeleteAsync<Vbd>("data");
        }
        else
        {
            await rig.DeleteAsync<Vbd>("data");
            await rig.DeleteAsync<Domain>("web");
        }

        await rig.UntilGoneAsync<Domain>("web");
        await rig.UntilGoneAsync<Vbd>("data");
        (await rig.SeenAsync()).ShouldBeNull();
        rig.Storage.Made.ShouldBeEmpty();
    });

    [Fact]
    public void A_disk_that_is_deleted_after_its_domain_has_gone_is_released_with_its_volume() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data", reclaim: ReclaimPolicy.Delete));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);
        await rig.DeleteAsync<Domain>("web");
        await rig.UntilGoneAsync<Domain>("web");

        await rig.DeleteAsync<Vbd>("data");

        await rig.UntilGoneAsync<Vbd>("data");
        rig.Storage.Made.ShouldBeEmpty();
    });

    [Fact]
    public void Semantics_22_A_restart_of_the_agent_leaves_devices_and_what_is_said_of_them() => VirtualLoop.Run(
        async time =>
        {
            await using var rig = new AgentRig(time);
            await rig.OfferAsync();
            await rig.StartAsync();
            var domain = await rig.DomainAsync();
            await rig.VbdAsync(domain, "data", new VbdSpec { Domain = "web", Device = "xvdb", Source = new VbdSource { File = new FileSource { Path = "/srv/a.img" } } });
            var before = await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);
            await Task.Delay(TimeSpan.FromMinutes(1), time);
            await rig.StopAsync();
            List<FaultPoint> acts = [];
            rig.Host.Faults.Passing = point =>
            {
                if (point.Operation is not (HostOperation.Describe or HostOperation.Observe or HostOperation.Check)) acts.Add(point);
            };

            await rig.StartAsync();
            await Task.Delay(TimeSpan.FromMinutes(30), time);

            acts.ShouldBeEmpty();
            var after = (await rig.GetAsync<Vbd>("data"))!;
            after.Status!.AttachedAt.ShouldBe(before.Status!.AttachedAt);
            after.Status.State.ShouldBe(DeviceState.Attached);
        },
        TimeSpan.FromHours(2));

    [Fact]
    public void A_label_that_is_taken_off_takes_no_disk_from_a_guest() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

        await rig.Store.PatchAsync<Vbd>("data", AgentRig.Namespace, new JsonPatch().Remove("/metadata/labels"), CancellationToken.None);
        await rig.DomainAsync(change: s => s with { Shutdown = new ShutdownSpec { GracePeriodSeconds = 7 } });
        await rig.UntilDomainAsync("web", d => d.Status?.ObservedGeneration == d.Metadata.Generation);

        (await rig.SeenAsync())!.Devices.Single().Mark!.DetachRequestedAt.ShouldBeNull();
    });

    [Fact]
    public void A_device_of_that_name_that_somebody_else_has_attached_is_not_touched() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        var seen = (await rig.SeenAsync())!;
        rig.Host.ByHand.AttachDisk(seen.Domid, "xvdb", VbdDevice.Number("xvdb"), "/srv/by-hand.img");

        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        var vbd = await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.NotOurs);

        vbd.Status!.State.ShouldBe(DeviceState.Failed);
        (await rig.SeenAsync())!.Devices.Single().Mark.ShouldBeNull();
    });

    [Fact]
    public void A_change_that_takes_a_replug_is_said_and_the_disk_stays() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data") with { Mode = VbdMode.ReadOnly });
        var vbd = await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.ReplugRequired);
        vbd.Status!.Conditions.Find(DeviceReadyCondition.Type)!.Message!.ShouldContain("mode");
        (await rig.SeenAsync())!.Devices.Single().Mark!.Disk!.ReadOnly.ShouldBeFalse();

        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.Attached);
    });

    [Fact]
    public void A_disk_that_is_no_longer_accepted_stays_as_it_is() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        var vbd = await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "other"), accepted: false);
        await Task.Delay(TimeSpan.FromMinutes(1), rig.Time);

        var now = (await rig.GetAsync<Vbd>("data"))!;
        now.Status!.Path.ShouldBe("/srv/fast/data");
        now.Status.ObservedGeneration.ShouldBe(vbd.Metadata.Generation);
        rig.Storage.Made.ShouldBe(["/srv/fast/data"]);
    });

    [Fact]
    public void What_a_device_names_and_is_not_there_is_a_problem_of_the_device_alone() => AgentRig.RunStarted(async rig =>
    {
        rig.Host.Files.Remove("/srv/missing.img");
        var domain = await rig.DomainAsync();
        await rig.VbdAsync(domain, "pool", AgentRig.Made("xvdb", "x") with { Source = new VbdSource { Volume = new VolumeSource { Pool = "slow", Name = "x" } } });
        await rig.VbdAsync(domain, "file", AgentRig.Made("xvdc", "x") with { Source = new VbdSource { File = new FileSource { Path = "/srv/missing.img" } } });
        await rig.VbdAsync(domain, "huge", AgentRig.Made("xvdd", "huge", size: "900Ti"));
        await rig.VifAsync(domain, "nic", new VifSpec { Domain = "web", Index = 0, Network = "wan" });

        await rig.UntilAsync("pool", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.PoolNotReady);
        await rig.UntilAsync("file", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.SourceNotFound);
        var huge = await rig.UntilAsync("huge", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.NotEnoughSpace);
        huge.Status!.State.ShouldBe(DeviceState.Failed);
        await rig.UntilAsync(async () => (await rig.GetAsync<Vif>("nic"))?.Status?.Conditions.Find("Ready")?.Reason == DeviceReadyCondition.NetworkNotReady, () => Task.FromResult("the NIC"));
        var running = await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        running.Status!.Conditions.Find(DevicesAttachedCondition.Type)!.Reason.ShouldBe(DevicesAttachedCondition.DeviceFailed);

        rig.Host.Files.Restore("/srv/missing.img");
        await rig.UntilAsync("file", v => v.Status?.State == DeviceState.Attached);
    });

    [Fact]
    public void A_domain_waits_for_the_disks_that_it_names_and_a_running_one_for_none() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync(change: s => s with { WaitFor = new WaitForSpec { Vbds = ["data"] } });
        var waiting = await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.WaitingForDevices);
        waiting.Status!.Conditions.Find(ReadyCondition.Type)!.Message!.ShouldContain("VBD data");

        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        (await rig.SeenAsync())!.Mark!.BootedWith.Disks.Count.ShouldBe(1);

        await rig.DomainAsync(change: s => s with { WaitFor = new WaitForSpec { Vbds = ["data", "more"] } });
        var running = await rig.UntilDomainAsync("web", d => d.Status?.ObservedGeneration == d.Metadata.Generation);
        Reason(running).ShouldBe(ReadyCondition.Running);
    });

    [Fact]
    public void The_medium_of_a_drive_is_changed_and_ejected_while_the_guest_runs() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.VbdAsync(domain, "cd", Drive("a.iso"));
        await rig.UntilAsync("cd", v => v.Status is { State: DeviceState.Attached, Path: "/srv/fast/a.iso" });

        await rig.VbdAsync(domain, "cd", Drive("b.iso"));
        await rig.UntilAsync("cd", v => v.Status is { State: DeviceState.Attached, Path: "/srv/fast/b.iso" });

        await rig.VbdAsync(domain, "cd", Drive(null));
        await rig.UntilAsync("cd", v => v.Status is { State: DeviceState.Detached, Path: null });
        (await rig.SeenAsync())!.Devices.ShouldBeEmpty();

        static VbdSpec Drive(string? iso) => new()
        {
            Domain = "web", Device = "xvdd", Type = VbdType.CDROM,
            Source = iso is null ? null : new VbdSource { Iso = new IsoSource { Pool = "fast", Name = iso } },
        };
    });

    [Fact]
    public void A_guest_that_has_no_driver_for_a_disk_is_named_when_its_time_is_over() => AgentRig.RunStarted(
        async rig =>
        {
            var domain = await rig.DomainAsync();
            await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
            await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));

            var attaching = await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attaching && v.Status.BackendState is not null);
            attaching.Status!.WaitingFor!.Reason.ShouldBe("Frontend");
            attaching.Status.WaitingFor.Deadline.ShouldNotBeNull();
            var said = await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.FrontendNotConnected);
            said.Status!.AttachedAt.ShouldBeNull();
        },
        SimulatedHostOptions.Lifelike with { Guest = SimulatedHostOptions.Lifelike.Guest with { Devices = DeviceAnswer.NoDriver } });

    [Fact]
    public void A_disk_whose_backend_has_died_is_said_so_until_it_has_another_one() => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

        var seen = (await rig.SeenAsync())!;
        rig.Host.ByHand.KillBackend(seen.Domid, seen.Devices[0].Ref);
        var said = await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.BackendFailed);
        said.Status!.State.ShouldBe(DeviceState.Failed);
        said.Status.Conditions.Find(DeviceReadyCondition.Type)!.Message!.ShouldContain($"qemu-dm-{seen.XenName}.log");

        rig.Host.ByHand.End(seen.Domid, ShutdownReason.Reboot);
        await rig.UntilAsync("data", v => AgentRig.ReasonOf(v) == DeviceReadyCondition.Attached);
    });

    [Theory]
    [InlineData(FaultKind.Fail, "nodes")]
    [InlineData(FaultKind.LoseWorker, "hotplug")]
    [InlineData(FaultKind.Hang, "hotplug")]
    [InlineData(FaultKind.LoseWorker, FaultPoint.Answer)]
    public void What_is_cut_short_on_its_way_to_the_guest_or_back_comes_to_its_end(FaultKind kind, string before) => AgentRig.RunStarted(async rig =>
    {
        var domain = await rig.DomainAsync();
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        rig.Host.Faults.Add(new Fault(kind) { Operation = HostOperation.AttachDisk, Before = before });
        await rig.VbdAsync(domain, "data", AgentRig.Made("xvdb", "data"));
        await rig.UntilAsync("data", v => v.Status?.State == DeviceState.Attached);

        rig.Host.Faults.Add(new Fault(kind) { Operation = HostOperation.RequestDetach });
        rig.Host.Faults.Add(new Fault(kind) { Operation = HostOperation.Detach, Before = FaultPoint.Answer });
        await rig.DeleteAsync<Vbd>("data");

        await rig.UntilGoneAsync<Vbd>("data");
        (await rig.SeenAsync())!.Devices.ShouldBeEmpty();
    });

    [Fact]
    public void The_host_tells_which_pools_and_networks_it_reaches() => AgentRig.RunStarted(async rig =>
    {
        rig.Host.Files.Remove("/sys/class/net/xenbr0");
        await rig.UntilAsync(async () => (await HostAsync(rig))?.Status?.Networks is [{ Ready: false }], () => Task.FromResult("the network"));

        var host = (await HostAsync(rig))!;
        host.Status!.StoragePools!.Single().Name.ShouldBe("fast");
        host.Status.StoragePools!.Single().Ready.ShouldBeTrue();
        host.Status.StoragePools!.Single().Total.ShouldBe("1Ti");
        host.Status.Networks!.Single().Reason.ShouldBe("NotFound");
    });

    private static Task<XenHost?> HostAsync(AgentRig rig) => rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None);

    private static async Task<int> AttachedAsync(AgentRig rig)
    {
        var attached = 0;
        foreach (var letter in "bcdefghijkl")
        {
            if ((await rig.GetAsync<Vbd>($"disk-{letter}"))?.Status?.BackendState is "Connected" or "InitWait") attached++;
        }

        return attached;
    }

    private static string? Reason(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;

    private static VbdTemplate Template(string device) => VbdTemplate.Of(AgentRig.Made(device, "web-root"));
}
