using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;
using static Reconciler.Xen.Host.XenbusState;

namespace Reconciler.Xen.Tests.Simulation;

/// <summary>What xenbus does with disks and NICs on the simulated host, and what its guests do to them.</summary>
public sealed class DeviceTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SimulatedHost _host;
    private DomainRef _domain;

    public DeviceTests() => _host = new SimulatedHost(new SimulatedHostOptions(), _time);

    [Fact]
    public async Task Cold_devices_wait_with_ready_backends_until_the_guest_is_up()
    {
        await CreateAsync("sim.boot=5s sim.connectDelay=1s", run: false, disks: [A.Disk()], nics: [A.Nic()]);
        (await SeeAllAsync()).ShouldAllBe(d => d.Backend == InitWait && d.Frontend == Initialising && d.HotplugDone && d.Mark != null);
        Pass(3600);
        (await SeeAllAsync()).ShouldAllBe(d => d.Frontend == Initialising); // no instruction has run
        await _host.UnpauseAsync(_domain, CancellationToken.None);
        Pass(4.9);
        (await SeeAllAsync()).ShouldAllBe(d => d.Frontend == Initialising);
        Pass(0.1);
        (await SeeAllAsync()).ShouldAllBe(d => d.Backend == InitWait && d.Frontend == Initialised);
        Pass(1);
        (await SeeAllAsync()).ShouldAllBe(d => d.Backend == Connected && d.Frontend == Connected);
    }

    [Fact]
    public async Task The_nodes_are_where_a_real_toolstack_has_them()
    {
        await CreateAsync("", disks: [A.Disk()], nics: [A.Nic()]);
        Node("/local/domain/0/backend/vbd/1/51712/state").ShouldBe("4");
        Node("/local/domain/0/backend/vbd/1/51712/params").ShouldBe("/images/xvda.img");
        Node("/local/domain/0/backend/vbd/1/51712/hotplug-status").ShouldBe("connected");
        Node("/local/domain/1/device/vbd/51712/state").ShouldBe("4");
        Node("/local/domain/1/device/vbd/51712/backend").ShouldBe("/local/domain/0/backend/vbd/1/51712");
        Node("/local/domain/0/backend/vif/1/0/mac").ShouldBe("00:16:3e:00:00:00");
        (await SeeAsync(A.Nic().Ref)).Interface.ShouldBe("vif1.0");
    }

    [Fact]
    public async Task A_device_that_is_attached_to_a_running_guest_is_connected_by_it()
    {
        await CreateAsync("sim.connectDelay=2s");
        await AttachAsync(A.Disk());
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(InitWait), d => d.Frontend.ShouldBe(Initialised));
        Pass(2);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Connected), d => d.Frontend.ShouldBe(Connected));
    }

    [Fact]
    public async Task A_guest_that_is_asked_lets_go_after_a_while_and_the_device_can_be_removed()
    {
        await CreateAsync("sim.letGoDelay=3s", disks: [A.Disk()]);
        await AskAsync();
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Closing), d => d.Frontend.ShouldBe(Closing), d => d.Mark!.DetachRequestedAt.ShouldBe(Now));
        (await FailsAsync(() => DetachAsync())).Code.ShouldBe(XenErrorCode.DeviceBusy);
        Pass(3);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Closed), d => d.Frontend.ShouldBe(Closed));
        await DetachAsync();
        (await SeeAllAsync()).ShouldBeEmpty();
        Node("/local/domain/0/backend/vbd/1/51712/params").ShouldBeNull();
        Node("/local/domain/1/device/vbd/51712/backend").ShouldBeNull();
    }

    [Fact]
    public async Task A_guest_that_uses_the_device_says_so_and_only_force_takes_it()
    {
        await CreateAsync("sim.devices=keep", disks: [A.Disk()]);
        await AskAsync();
        Pass(3600);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Frontend.ShouldBe(Closing), d => d.Error.ShouldNotBeNull().ShouldContain("in use"));
        (await FailsAsync(() => DetachAsync())).Code.ShouldBe(XenErrorCode.DeviceBusy);
        await DetachAsync(force: true);
        (await SeeAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guest_without_a_driver_never_connects_and_nothing_has_to_be_forced()
    {
        await CreateAsync("sim.devices=noDriver", disks: [A.Disk()]);
        Pass(3600);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(InitWait), d => d.Frontend.ShouldBe(Initialising));
        await DetachAsync();
        (await SeeAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guest_from_before_hot_plug_has_what_it_booted_with_and_nothing_else()
    {
        await CreateAsync("sim.devices=noHotplug", disks: [A.Disk()]);
        await AttachAsync(A.Disk("xvdb"));
        Pass(3600);
        (await SeeAsync(A.Disk().Ref)).Frontend.ShouldBe(Connected);
        (await SeeAsync(A.Disk("xvdb").Ref)).Frontend.ShouldBe(Initialising);
        await AskAsync();
        Pass(3600);
        (await SeeAsync(A.Disk().Ref)).Frontend.ShouldBe(Connected);
    }

    [Fact]
    public async Task A_guest_can_take_up_again_what_it_was_asked_for()
    {
        await CreateAsync("sim.devices=reattach sim.boot=5s", disks: [A.Disk()]);
        Pass(5);
        await AskAsync();
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Closed), d => d.Frontend.ShouldBe(Closed));
        Pass(5);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Connected), d => d.Frontend.ShouldBe(Connected));
        await AskAsync();
        Pass(3600);
        (await SeeAsync()).Frontend.ShouldBe(Closed);
    }

    [Fact]
    public async Task A_guest_can_hand_its_devices_over_to_another_kernel()
    {
        await CreateAsync("sim.boot=5s sim.reattachAfter=60s", disks: [A.Disk()]);
        Pass(60);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Closed), d => d.Frontend.ShouldBe(Closed), d => d.HotplugDone.ShouldBeTrue());
        Pass(5);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Connected), d => d.Frontend.ShouldBe(Connected));
    }

    [Fact]
    public async Task A_guest_can_die_while_it_lets_go()
    {
        await CreateAsync("sim.devices=crash sim.letGoDelay=1s", disks: [A.Disk()]);
        await AskAsync();
        Pass(1);
        var seen = (await ObserveAsync()).Domains.ShouldHaveSingleItem();
        seen.ShutdownReason.ShouldBe(ShutdownReason.Crash);
        (await FailsAsync(() => AskAsync())).Code.ShouldBe(XenErrorCode.Stale);
        await DetachAsync(); // nobody is left to let go
    }

    [Fact]
    public async Task A_paused_guest_answers_when_it_runs_again()
    {
        await CreateAsync("", disks: [A.Disk()]);
        await _host.PauseAsync(_domain, CancellationToken.None);
        await AskAsync();
        Pass(3600);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Closing), d => d.Frontend.ShouldBe(Connected));
        await _host.UnpauseAsync(_domain, CancellationToken.None);
        (await SeeAsync()).Frontend.ShouldBe(Closed);
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task A_writer_shares_its_disk_with_nobody(bool oneReads, bool otherReads, bool refused)
    {
        await CreateAsync("", disks: [A.Disk(readOnly: oneReads)]);
        var other = _host.ByHand.Create("other");
        void Attach() => _host.ByHand.AttachDisk(other, "xvda", 51712, "/images/xvda.img", otherReads);
        if (refused)
            Should.Throw<XenException>(Attach).Code.ShouldBe(XenErrorCode.DeviceInUse);
        else
            Attach();
    }

    [Fact]
    public async Task A_disk_in_use_fails_the_attach_and_the_create_and_leaves_nothing()
    {
        var holder = _host.ByHand.Create("holder");
        var held = _host.ByHand.AttachDisk(holder, "xvda", 51712, "/images/xvda.img");
        (await FailsAsync(() => CreateAsync("", disks: [A.Disk()]))).Code.ShouldBe(XenErrorCode.DeviceInUse);
        (await ObserveAsync()).Domains.ShouldBeEmpty();
        (await ObserveAsync()).OperationInProgress.ShouldBeFalse();

        await CreateAsync("");
        (await FailsAsync(() => AttachAsync(A.Disk()))).Code.ShouldBe(XenErrorCode.DeviceInUse);
        (await SeeAllAsync()).ShouldBeEmpty();
        _host.ByHand.Detach(holder, held);
        await AttachAsync(A.Disk());
    }

    [Theory]
    [InlineData("mark", null, null, false)]
    [InlineData("nodes", null, null, true)]
    [InlineData("hotplug", Initialising, Initialising, true)]
    [InlineData(FaultPoint.Answer, Connected, Connected, true)]
    public async Task What_a_death_inside_attach_leaves(string before, XenbusState? backend, XenbusState? frontend, bool marked)
    {
        await CreateAsync("");
        _host.Faults.Add(new Fault(FaultKind.Die) { Operation = HostOperation.AttachDisk, Before = before });
        await Should.ThrowAsync<ProcessDiedException>(() => AttachAsync(A.Disk()));
        Pass(60);
        var left = (await SeeAllAsync()).SingleOrDefault();
        (left is not null).ShouldBe(marked);
        (left?.Backend).ShouldBe(backend);
        (left?.Frontend).ShouldBe(frontend);
        (left?.HotplugDone ?? false).ShouldBe(before == FaultPoint.Answer);
    }

    [Theory]
    [InlineData("nodes", true, true)]
    [InlineData("mark", false, true)]
    [InlineData(FaultPoint.Answer, false, false)]
    public async Task What_a_death_inside_detach_leaves(string before, bool nodes, bool mark)
    {
        await CreateAsync("", disks: [A.Disk()]);
        await AskAsync();
        _host.Faults.Add(new Fault(FaultKind.Die) { Operation = HostOperation.Detach, Before = before });
        await Should.ThrowAsync<ProcessDiedException>(() => DetachAsync());
        var left = (await SeeAllAsync()).SingleOrDefault();
        (left is { IsGone: false }).ShouldBe(nodes);
        (left is not null).ShouldBe(mark);
        await DetachAsync();
        (await SeeAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_cut_short_is_in_the_mark_and_the_guest_knows_nothing_of_it()
    {
        await CreateAsync("", disks: [A.Disk()]);
        _host.Faults.Add(new Fault(FaultKind.Die) { Before = "close" });
        await Should.ThrowAsync<ProcessDiedException>(() => AskAsync());
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Connected), d => d.Mark!.DetachRequestedAt.ShouldBe(Now));
        Pass(10);
        await AskAsync();
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.Backend.ShouldBe(Closed), d => d.Mark!.DetachRequestedAt.ShouldBe(Now - TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task What_somebody_else_puts_where_ours_was_is_not_taken_for_ours()
    {
        await CreateAsync("", disks: [A.Disk()]);
        _host.ByHand.Detach(_domain.Domid, A.Disk().Ref);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.IsGone.ShouldBeTrue(), d => d.Mark.ShouldNotBeNull());
        _host.ByHand.AttachDisk(_domain.Domid, "xvda", 51712, "/images/another.img");
        (await SeeAsync()).Mark.ShouldBeNull();
        (await FailsAsync(() => AskAsync())).Code.ShouldBe(XenErrorCode.NotOurs);
        (await FailsAsync(() => DetachAsync(force: true))).Code.ShouldBe(XenErrorCode.NotOurs);
        (await FailsAsync(() => AttachAsync(A.Disk()))).Code.ShouldBe(XenErrorCode.DeviceInUse);
    }

    [Fact]
    public async Task A_bridge_or_an_image_that_is_not_there_is_an_objection()
    {
        _host.Files.Remove("/sys/class/net/xenbr0");
        _host.Files.Remove("/images/xvda.img");
        var desired = A.Desired() with { Disks = [A.Disk()], Nics = [A.Nic()] };
        (await _host.CheckAsync(desired, CancellationToken.None)).Select(o => o.Reason).ShouldBe(["DiskNotFound", "BridgeNotFound"]);
        await CreateAsync("");
        (await FailsAsync(() => _host.AttachNicAsync(_domain, A.Nic(), CancellationToken.None))).Code.ShouldBe(XenErrorCode.FileNotUsable);
    }

    [Fact]
    public async Task A_NIC_is_configured_while_the_guest_keeps_it()
    {
        await CreateAsync("", nics: [A.Nic()]);
        var changed = A.Nic(bridge: "xenbr1") with { LinkDown = true, RateBytesPerSecond = 5000 };
        await ConfigureAsync(changed);
        (await SeeAsync(changed.Ref)).ShouldSatisfyAllConditions(
            d => d.Mark!.Nic.ShouldBe(changed), d => d.Frontend.ShouldBe(Connected), d => d.Port.ShouldBe(NicPort.InPlace));
        Node("/local/domain/0/backend/vif/1/0/rate").ShouldBe("5000");
        (await FailsAsync(() => ConfigureAsync(changed with { Mac = "00:16:3e:00:00:99" }))).Code.ShouldBe(XenErrorCode.InvalidConfiguration);
    }

    [Theory]
    [InlineData("apply")]
    [InlineData("mark")]
    public async Task A_configuration_that_is_cut_short_is_not_taken_for_done(string before)
    {
        await CreateAsync("", nics: [A.Nic()]);
        _host.Faults.Add(new Fault(FaultKind.Die) { Before = before });
        await Should.ThrowAsync<ProcessDiedException>(() => ConfigureAsync(A.Nic() with { LinkDown = true }));
        (await SeeAsync(A.Nic().Ref)).Mark!.Nic.ShouldBe(A.Nic());
    }

    [Fact]
    public async Task A_NIC_whose_bridge_was_removed_or_whose_rules_were_flushed_is_seen_and_put_back()
    {
        var nic = A.Nic() with { LinkDown = true };
        await CreateAsync("", nics: [nic]);
        _host.ByHand.RemoveBridge("xenbr0");
        (await SeeAsync(nic.Ref)).Port.ShouldBe(NicPort.BridgeGone);
        (await FailsAsync(() => ConfigureAsync(nic))).Code.ShouldBe(XenErrorCode.FileNotUsable);
        _host.ByHand.MakeBridge("xenbr0");
        (await SeeAsync(nic.Ref)).Port.ShouldBe(NicPort.Astray);
        await ConfigureAsync(nic);
        _host.ByHand.FlushRules();
        (await SeeAsync(nic.Ref)).Port.ShouldBe(NicPort.Astray);
        await ConfigureAsync(nic);
        (await SeeAsync(nic.Ref)).ShouldSatisfyAllConditions(d => d.Port.ShouldBe(NicPort.InPlace), d => d.Frontend.ShouldBe(Connected));
    }

    [Fact]
    public async Task A_MAC_address_that_a_foreign_domain_has_is_refused_and_leaves_nothing()
    {
        var foreign = _host.ByHand.Create("foreign");
        _host.ByHand.AttachNic(foreign, 0, A.Nic().Mac, "xenbr0");
        await CreateAsync("");
        (await FailsAsync(() => _host.AttachNicAsync(_domain, A.Nic(), CancellationToken.None))).ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe(XenErrorCode.DeviceInUse), e => e.Detail.ShouldContain(A.Nic().Mac));
        (await SeeAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_of_another_format_than_said_is_refused_and_leaves_nothing()
    {
        _host.Files.Corrupt("/images/xvda.img");
        await CreateAsync("");
        (await FailsAsync(() => AttachAsync(A.Disk()))).Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        (await SeeAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_disk_outside_of_the_allowed_directories_is_refused()
    {
        await using var host = new SimulatedHost(new SimulatedHostOptions { AllowedDiskDirectories = ["/images"] }, _time);
        var desired = A.Desired() with { Disks = [A.Disk(path: "/images/../etc/shadow")] };
        (await host.CheckAsync(desired, CancellationToken.None)).ShouldHaveSingleItem().Reason.ShouldBe("PathNotAllowed");
        (await host.CheckAsync(desired with { Disks = [A.Disk()] }, CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_device_goes_with_its_domain()
    {
        await CreateAsync("", disks: [A.Disk()], nics: [A.Nic()]);
        await _host.DestroyAsync(_domain, CancellationToken.None);
        Node("/local/domain/0/backend/vbd/1/51712/state").ShouldBeNull();
        Node("/local/domain/0/backend/vif/1/0/state").ShouldBeNull();
        await CreateAsync("", disks: [A.Disk()], nics: [A.Nic()]); // nothing is in use any more
    }

    [Fact]
    public async Task Each_change_of_a_state_is_signalled_when_it_happens()
    {
        await CreateAsync("sim.connectDelay=2s");
        await AttachAsync(A.Disk());
        await using var signals = _host.SignalsAsync(CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await signals.MoveNextAsync()).ShouldBeTrue();
        signals.Current.ShouldBe(HostSignal.Resync);
        var next = signals.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse();
        Pass(2);
        (await next).ShouldBeTrue();
        signals.Current.ShouldBe(new HostSignal(A.Uuid));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private DateTimeOffset Now => _time.GetUtcNow();

    private async Task CreateAsync(string cmdline, bool run = true, DesiredDisk[]? disks = null, DesiredNic[]? nics = null)
    {
        var desired = A.Desired() with { Boot = new DirectBoot("/boot/vmlinuz", Cmdline: cmdline), Disks = [.. disks ?? []], Nics = [.. nics ?? []] };
        _domain = new DomainRef(A.Uuid, await _host.CreatePausedAsync(desired, CancellationToken.None));
        if (run)
            await _host.UnpauseAsync(_domain, CancellationToken.None);
    }

    private Task AttachAsync(DesiredDisk disk) => _host.AttachDiskAsync(_domain, disk, CancellationToken.None);

    private Task AskAsync() => _host.RequestDetachAsync(_domain, A.Disk().Ref, CancellationToken.None);

    private Task DetachAsync(bool force = false) => _host.DetachAsync(_domain, A.Disk().Ref, force, CancellationToken.None);

    private Task ConfigureAsync(DesiredNic nic) => _host.ConfigureNicAsync(_domain, nic, CancellationToken.None);

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private string? Node(string path) => _host.ReadXenstore(path);

    private Task<Observation> ObserveAsync() => _host.ObserveAsync(A.Desired().Key, CancellationToken.None);

    private async Task<IReadOnlyList<ObservedDevice>> SeeAllAsync() => (await ObserveAsync()).Domains.ShouldHaveSingleItem().Devices;

    private async Task<ObservedDevice> SeeAsync(DeviceRef? device = null) => (await SeeAllAsync()).Single(d => d.Ref == (device ?? A.Disk().Ref));

    private static Task<XenException> FailsAsync(Func<Task> act) => Should.ThrowAsync<XenException>(act);
}
