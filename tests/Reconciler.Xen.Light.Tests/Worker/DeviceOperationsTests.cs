using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
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

    public void Dispose() => _bed.Dispose();

    private DeviceMark? Entry => Serve(new ObserveRequest { Uuid = _domain.Uuid }).Domains!.Details.ShouldHaveSingleItem().Mark!.Devices.SingleOrDefault(d => d.Device == Device);

    private DeviceNodes? Seen() => _libxl.Find(_domain.Domid, Device);

    private WorkerReply Attach() => Serve(new AttachRequest(_domain, DeviceMark.Of(Domains.Disk(), Noon), DiskConfiguration.ToJson(Domains.Disk())));

    private WorkerReply Serve(WorkerRequest request) => new OperationTable(
        _libxl,
        _libxl,
        new LoopDevices(_libxl, _bed.Folder, Path.Combine(_bed.Folder, "block")),
        new Intents(Path.Combine(_bed.Folder, "state"), "boot"),
        new OperationLocks(_bed.LockDirectory)).Serve(request);

    private void Clear()
    {
        Serve(new DetachRequest(_domain, Device, Force: true)).Error.ShouldBeNull();
        _libxl.Calls.Clear();
    }
}
