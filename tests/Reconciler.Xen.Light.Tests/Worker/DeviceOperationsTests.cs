using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;
using Reconciler.Xen.Light.Worker.Operations;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

public sealed class DeviceOperationsTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeviceRef Device = Domains.Disk().Ref;

    private readonly WorkerBed _bed = new();
    private readonly FakeLibxl _libxl = new();
    private readonly FakeNetwork _network = new();
    private readonly DomainRef _domain;

    public DeviceOperationsTests()
    {
        var domain = Domains.Desired();
        _domain = new(domain.Uuid, Serve(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain))).Domid!.Value);
        Serve(new UnpauseRequest(_domain, Noon)).Error.ShouldBeNull();
        _libxl.Calls.Clear();
    }

    [Fact]
    public void An_attached_device_has_its_entry_in_the_mark()
    {
        Attach().Error.ShouldBeNull();
        Entry.ShouldBe(DeviceMark.Of(Domains.Disk(), Noon));
        Seen()!.HotplugDone.ShouldBeTrue();
        _libxl.Calls.ShouldBe(["mark", "device-nodes", "device-hotplug"]);
    }

    [Fact]
    public void An_attach_cut_short_anywhere_never_leaves_a_device_without_its_entry_and_can_be_done_again()
    {
        for (var end = 0; end < 6; end++)
        {
            Clear();
            _libxl.EndAt = end;
            Should.Throw<FakeLibxl.ProcessEnded>(() => Attach());
            _libxl.EndAt = null;
            if (Seen() is not null) Entry.ShouldNotBeNull($"cut at {end}");
            if (Seen() is { HotplugDone: false }) Attach().Error!.Code.ShouldBe(XenErrorCode.DeviceInUse, $"cut at {end}");
            Serve(new DetachRequest(_domain, Device, Force: false)).Error.ShouldBeNull();
            Attach().Error.ShouldBeNull();
            Seen()!.HotplugDone.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_detach_cut_short_anywhere_is_finished_by_another_one()
    {
        for (var end = 0; end < 4; end++)
        {
            Clear();
            Attach().Error.ShouldBeNull();
            _libxl.Calls.Clear();
            _libxl.EndAt = end;
            Should.Throw<FakeLibxl.ProcessEnded>(() => Serve(new DetachRequest(_domain, Device, Force: false)));
            _libxl.EndAt = null;
            if (Seen() is not null) Entry.ShouldNotBeNull($"cut at {end}");
            Serve(new DetachRequest(_domain, Device, Force: false)).Error.ShouldBeNull();
            Seen().ShouldBeNull();
            Entry.ShouldBeNull();
        }
    }

    [Fact]
    public void Attached_already_for_the_same_object_is_done()
    {
        Attach();
        _libxl.Calls.Clear();
        Attach().Error.ShouldBeNull();
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_device_that_is_there_for_another_object_or_on_its_way_out_is_in_use()
    {
        Attach();
        var other = Domains.Disk(Guid.NewGuid());
        var refused = Serve(new AttachRequest(_domain, DeviceMark.Of(other, Noon), DiskConfiguration.ToJson(other))).Error!;
        refused.Code.ShouldBe(XenErrorCode.DeviceInUse);
        refused.Message.ShouldContain("attached for data (11111111");

        Serve(new RequestDetachRequest(_domain, Device, Noon));
        Attach().Error!.Message.ShouldContain("on its way out");
        Entry!.ObjectUid.ShouldBe(Domains.Disk().ObjectUid);
    }

    [Fact]
    public void A_device_of_somebody_elses_is_left_alone()
    {
        _libxl.AddDevice(DeviceKind.Vbd, _domain.Domid, DiskConfiguration.ToJson(Domains.Disk()));
        _libxl.Calls.Clear();
        Attach().Error!.Code.ShouldBe(XenErrorCode.DeviceInUse);
        Serve(new RequestDetachRequest(_domain, Device, Noon)).Error!.Code.ShouldBe(XenErrorCode.NotOurs);
        Serve(new DetachRequest(_domain, Device, Force: true)).Error!.Code.ShouldBe(XenErrorCode.NotOurs);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_device_that_somebody_put_in_the_place_of_ours_is_left_alone()
    {
        var nic = Domains.Nic();
        Serve(new AttachRequest(_domain, DeviceMark.Of(nic, Noon), NicConfiguration.ToJson(nic))).Error.ShouldBeNull();
        _libxl.SetDevice(_domain.Domid, _libxl.Find(_domain.Domid, nic.Ref)! with { Mac = "00:16:3e:ff:ff:ff" });
        _libxl.Calls.Clear();
        Serve(new DetachRequest(_domain, nic.Ref, Force: true)).Error!.Code.ShouldBe(XenErrorCode.NotOurs);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void What_could_not_be_attached_is_taken_back()
    {
        _libxl.Failure = ("device-hotplug", (int)LibxlErrorCode.ERROR_FAIL);
        Attach().Error!.Result.ShouldBe((int)LibxlErrorCode.ERROR_FAIL);
        Seen().ShouldBeNull();
        Entry.ShouldBeNull();
    }

    [Fact]
    public void What_could_not_be_taken_back_either_keeps_its_entry()
    {
        _libxl.Failures = [("device-hotplug", (int)LibxlErrorCode.ERROR_FAIL), ("device-destroy", (int)LibxlErrorCode.ERROR_TIMEDOUT)];
        Attach().Error!.Result.ShouldBe((int)LibxlErrorCode.ERROR_FAIL);
        Seen().ShouldNotBeNull();
        Entry.ShouldNotBeNull();
    }

    [Fact]
    public void What_is_gone_after_a_removal_that_failed_is_removed()
    {
        Attach();
        _libxl.Failures = [("device-destroyed", (int)LibxlErrorCode.ERROR_TIMEDOUT)];
        Serve(new DetachRequest(_domain, Device, Force: true)).Error.ShouldBeNull();
        Seen().ShouldBeNull();
        Entry.ShouldBeNull();
    }

    [Fact]
    public void A_request_closes_the_backend_and_its_first_time_stays()
    {
        Attach();
        Serve(new RequestDetachRequest(_domain, Device, Noon)).Error.ShouldBeNull();
        Serve(new RequestDetachRequest(_domain, Device, Noon.AddHours(1))).Error.ShouldBeNull();
        Entry!.DetachRequestedAt.ShouldBe(Noon);
        Seen()!.Backend.ShouldBe(XenbusState.Closing);
        _libxl.Calls.Count(call => call is "device-close").ShouldBe(2);
    }

    [Fact]
    public void What_is_gone_needs_no_request_and_no_removal()
    {
        Serve(new RequestDetachRequest(_domain, Device, Noon)).Error.ShouldBeNull();
        Serve(new DetachRequest(_domain, Device, Force: false)).Error.ShouldBeNull();
        _libxl.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(XenbusState.Connected, XenbusState.Connected)]
    [InlineData(XenbusState.Closing, XenbusState.Connected)]
    [InlineData(XenbusState.Closing, XenbusState.Closing)]
    [InlineData(XenbusState.Closing, XenbusState.Closed)]
    public void A_device_that_the_guest_uses_is_removed_by_force_alone(XenbusState backend, XenbusState frontend)
    {
        Attach();
        _libxl.SetDevice(_domain.Domid, Seen()! with { Backend = backend, Frontend = frontend });
        var refused = Serve(new DetachRequest(_domain, Device, Force: false)).Error!;
        refused.Code.ShouldBe(XenErrorCode.DeviceBusy);
        refused.Message.ShouldContain($"backend {backend}, frontend {frontend}");
        Seen().ShouldNotBeNull();

        Serve(new DetachRequest(_domain, Device, Force: true)).Error.ShouldBeNull();
        _libxl.Calls.ShouldContain("device-destroy");
        Entry.ShouldBeNull();
    }

    [Fact]
    public void A_device_that_both_ends_have_closed_is_removed_without_force()
    {
        Attach();
        _libxl.SetDevice(_domain.Domid, Seen()! with { Backend = XenbusState.Closed, Frontend = XenbusState.Closed });
        Serve(new DetachRequest(_domain, Device, Force: false)).Error.ShouldBeNull();
        _libxl.Calls.ShouldContain("device-remove");
        Entry.ShouldBeNull();
    }

    [Fact]
    public void A_guest_that_has_ended_uses_nothing_any_more()
    {
        Attach();
        _libxl.SetDevice(_domain.Domid, Seen()! with { Backend = XenbusState.Connected, Frontend = XenbusState.Connected });
        _libxl.Find(_domain.Domid)!.ShutdownReason = "poweroff";
        Serve(new RequestDetachRequest(_domain, Device, Noon)).Error!.Code.ShouldBe(XenErrorCode.Stale);
        Serve(new DetachRequest(_domain, Device, Force: false)).Error.ShouldBeNull();
        Seen().ShouldBeNull();
    }

    [Fact]
    public void A_disk_that_QEMU_serves_is_refused_where_there_is_none_before_anything_is_touched()
    {
        var disk = Domains.Disk() with { Format = DiskFormat.Qcow2 };
        AttachRequest request = new(_domain, DeviceMark.Of(disk, Noon), DiskConfiguration.ToJson(disk));
        Serve(request).Error!.Code.ShouldBe(XenErrorCode.NotSupported);
        _libxl.Calls.ShouldBeEmpty();

        _libxl.Find(_domain.Domid)!.HasQemu = true;
        Serve(request).Error.ShouldBeNull();
        Entry.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, false)]
    public void What_a_disk_is_made_of_is_shared_among_readers_only(bool oneReads, bool otherReads, bool refused)
    {
        var other = _libxl.AddByHand(Guid.NewGuid(), "by-hand");
        _libxl.AddDevice(DeviceKind.Vbd, other.Domid, DiskConfiguration.ToJson(Domains.Disk() with { ReadOnly = oneReads }));
        _libxl.Calls.Clear();
        var disk = Domains.Disk() with { ReadOnly = otherReads };
        var error = Serve(new AttachRequest(_domain, DeviceMark.Of(disk, Noon), DiskConfiguration.ToJson(disk))).Error;
        if (!refused)
        {
            error.ShouldBeNull();
            return;
        }
        error!.Code.ShouldBe(XenErrorCode.DeviceInUse);
        error.Message.ShouldStartWith($"vbd data: /nowhere/data.img is in use by domain {other.Domid}");
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_domain_is_not_created_with_what_another_one_writes_to()
    {
        Attach();
        var domain = Domains.Desired() with { Uuid = Guid.NewGuid(), Name = "other", Disks = [Domains.Disk()] };
        Serve(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain))).Error!.Code.ShouldBe(XenErrorCode.DeviceInUse);
        _libxl.Domains.Count.ShouldBe(1);
    }

    [Fact]
    public void A_domid_that_was_given_out_again_is_never_acted_on()
    {
        Attach();
        _libxl.Calls.Clear();
        DomainRef other = new(Guid.NewGuid(), _domain.Domid);
        WorkerRequest[] requests =
        [
            new AttachRequest(other, DeviceMark.Of(Domains.Disk(), Noon), DiskConfiguration.ToJson(Domains.Disk())),
            new RequestDetachRequest(other, Device, Noon), new DetachRequest(other, Device, Force: true),
        ];
        foreach (var request in requests) Serve(request).Error!.Code.ShouldBe(XenErrorCode.Stale, request.Operation);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void The_rules_of_a_NIC_are_in_force_before_it_is_there_and_go_after_it()
    {
        var locked = Domains.Nic() with { Locks = new NicLocks { Mac = true } };
        _libxl.EndAt = 3; // right after the entry in the mark and the device's nodes
        Should.Throw<FakeLibxl.ProcessEnded>(() => Attach(locked));
        _libxl.EndAt = null;
        FrameRules.AreIn(_network.List(FrameRules.Table), Interface, locked).ShouldBeTrue();

        Serve(new DetachRequest(_domain, locked.Ref, Force: false)).Error.ShouldBeNull();
        _network.Chains.Keys.ShouldNotContain(chain => chain.Contains(Interface, StringComparison.Ordinal));
        Attach(locked).Error.ShouldBeNull();
        Serve(new ObserveRequest { Uuid = _domain.Uuid }).Domains!.Ports.ShouldBe([new SeenPort(_domain.Domid, 0, NicPort.InPlace)]);
    }

    [Fact]
    public void A_domain_has_its_mark_only_when_the_rules_of_its_NICs_are_in_force()
    {
        var locked = Domains.Nic("00:16:3e:00:00:09") with { Locks = new NicLocks { Mac = true } };
        var domain = Domains.Desired() with { Uuid = Guid.NewGuid(), Name = "other", Nics = [locked] };
        _libxl.EndAt = 4; // before its mark is written
        Should.Throw<FakeLibxl.ProcessEnded>(() => Serve(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain))));
        _libxl.EndAt = null;
        FrameRules.AreIn(_network.List(FrameRules.Table), NicPorts.NameOf(_domain.Domid + 1, 0), locked).ShouldBeTrue();
    }

    [Fact]
    public void A_domain_whose_NIC_can_t_be_put_in_its_bridge_is_taken_back_with_its_rules_and_its_disks_are_looked_after()
    {
        var loop = Directory.CreateDirectory(Path.Combine(_bed.Folder, "loop0", "loop"));
        File.WriteAllText(Path.Combine(loop.FullName, "backing_file"), Domains.Disk().Path + "\n");
        _network.JoinFailure = new XenException(XenErrorCode.Failed, "bridge", "it is full");
        var locked = Domains.Nic("00:16:3e:00:00:09") with { Locks = new NicLocks { Mac = true } };
        var domain = Domains.Desired() with { Uuid = Guid.NewGuid(), Name = "other", Nics = [locked] };
        var mark = Domains.Mark(domain) with { Devices = [DeviceMark.Of(Domains.Disk(), DateTimeOffset.UnixEpoch)] };
        Serve(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), mark)).Error!.Message.ShouldContain("it is full");
        _libxl.ListVms().ShouldNotContain(vm => vm.Uuid == domain.Uuid);
        _network.Chains.Keys.ShouldNotContain(chain => chain.Contains(NicPorts.NameOf(_domain.Domid + 1, 0), StringComparison.Ordinal));
        File.Exists(Path.Combine(_bed.Folder, "block")).ShouldBeTrue("the lock under which loop devices are looked for");
    }

    [Fact]
    public void Where_rules_are_asked_for_that_the_host_does_not_have_nothing_is_touched()
    {
        _network.Missing = "there is no nftables";
        Attach(Domains.Nic() with { LinkDown = true }).Error!.ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe(XenErrorCode.NotSupported), e => e.Message.ShouldContain("there is no nftables"));
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_NIC_is_configured_and_then_marked_and_cut_short_it_can_be_done_again()
    {
        var (before, after) = (Domains.Nic(), Domains.Nic() with { Bridge = "xenbr1", RateBytesPerSecond = 1_000_000, LinkDown = true });
        Attach(before).Error.ShouldBeNull();
        for (var end = 0; end < 4; end++)
        {
            Serve(new ConfigureNicRequest(_domain, before)).Error.ShouldBeNull();
            _libxl.Calls.Clear();
            _libxl.EndAt = end;
            Should.Throw<FakeLibxl.ProcessEnded>(() => Serve(new ConfigureNicRequest(_domain, after)));
            _libxl.EndAt = null;
            Nic.ShouldBe(end < 3 ? before : after, $"cut at {end}");
            Serve(new ConfigureNicRequest(_domain, after)).Error.ShouldBeNull();
            Nic.ShouldBe(after);
            _libxl.Find(_domain.Domid)!.Rates[0].ShouldBe("50000,50000");
            _network.Interfaces[Interface].ShouldBe("xenbr1");
        }
        Serve(new ConfigureNicRequest(_domain, before)).Error.ShouldBeNull();
        _libxl.Find(_domain.Domid)!.Rates[0].ShouldBeNull();
    }

    [Fact]
    public void What_the_guest_has_read_of_a_NIC_is_not_changed_under_it()
    {
        Attach(Domains.Nic()).Error.ShouldBeNull();
        _libxl.Calls.Clear();
        Serve(new ConfigureNicRequest(_domain, Domains.Nic() with { Mtu = 9000 })).Error!.Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        Serve(new ConfigureNicRequest(new(Guid.NewGuid(), _domain.Domid), Domains.Nic())).Error!.Code.ShouldBe(XenErrorCode.Stale);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_MAC_address_that_another_domain_of_the_host_has_is_refused_for_a_new_domain_too()
    {
        var other = _libxl.AddByHand(Guid.NewGuid(), "by-hand");
        _libxl.AddDevice(DeviceKind.Vif, other.Domid, NicConfiguration.ToJson(Domains.Nic("00:16:3E:00:00:01")));
        _libxl.Calls.Clear();
        Attach(Domains.Nic()).Error!.ShouldSatisfyAllConditions(
            e => e.Code.ShouldBe(XenErrorCode.DeviceInUse), e => e.Message.ShouldContain($"domain {other.Domid} on this host has the MAC address"));
        var domain = Domains.Desired() with { Uuid = Guid.NewGuid(), Name = "other", Nics = [Domains.Nic()] };
        Serve(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain))).Error!.Code.ShouldBe(XenErrorCode.DeviceInUse);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void Devices_of_one_domain_are_worked_on_side_by_side_and_the_domain_itself_by_one_alone()
    {
        MarkedDomains domains = new(_libxl, new Observer(_libxl, new Intents(_bed.Folder, "boot"), Locks, _network.Ports), Locks);
        using (domains.Lock(_domain.Uuid, Device, "test"))
        {
            Locks.IsHeld(_domain.Uuid).ShouldBeTrue("or an attach that outlived its agent would not be seen");
            Attach(Domains.Nic()).Error.ShouldBeNull();
            Attach().Error!.Code.ShouldBe(XenErrorCode.Stale, "somebody is at work on this very device");
            Serve(new PauseRequest(_domain)).Error!.Code.ShouldBe(XenErrorCode.Stale);
        }
        using (domains.Lock(_domain.Uuid, "test")) Attach().Error!.Code.ShouldBe(XenErrorCode.Stale);
        Locks.IsHeld(_domain.Uuid).ShouldBeFalse();
        Attach().Error.ShouldBeNull();
    }

    public void Dispose() => _bed.Dispose();

    private DeviceMark? Entry => Serve(new ObserveRequest { Uuid = _domain.Uuid }).Domains!.Details.ShouldHaveSingleItem().Mark!.Devices.SingleOrDefault(d => d.Device == Device);

    private DeviceNodes? Seen() => _libxl.Find(_domain.Domid, Device);

    private OperationLocks Locks => new(_bed.LockDirectory);

    private string Interface => NicPorts.NameOf(_domain.Domid, 0);

    private WorkerReply Attach(DesiredNic nic) => Serve(new AttachRequest(_domain, DeviceMark.Of(nic, Noon), NicConfiguration.ToJson(nic)));

    private DesiredNic? Nic => Serve(new ObserveRequest { Uuid = _domain.Uuid }).Domains!.Details.ShouldHaveSingleItem().Mark!.Devices.SingleOrDefault(d => d.Nic is not null)?.Nic;

    private WorkerReply Attach() => Serve(new AttachRequest(_domain, DeviceMark.Of(Domains.Disk(), Noon), DiskConfiguration.ToJson(Domains.Disk())));

    private WorkerReply Serve(WorkerRequest request) => new OperationTable(
        _libxl,
        _libxl,
        new LoopDevices(_libxl, _bed.Folder, Path.Combine(_bed.Folder, "block")),
        _network.Ports,
        new Intents(Path.Combine(_bed.Folder, "state"), "boot"),
        Locks).Serve(request);

    private void Clear()
    {
        Serve(new DetachRequest(_domain, Device, Force: true)).Error.ShouldBeNull();
        _libxl.Calls.Clear();
    }
}
