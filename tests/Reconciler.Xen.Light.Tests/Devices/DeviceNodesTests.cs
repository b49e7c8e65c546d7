using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Devices;

public sealed class DeviceNodesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reconciler-nodes-").FullName;

    private static DeviceNodes Disk { get; } = new()
    {
        Ref = Domains.Disk().Ref,
        BackendPath = "/local/domain/0/backend/vbd/3/51728",
        Backend = XenbusState.InitWait,
        Frontend = XenbusState.Initialising,
        HotplugStatus = "connected",
        Params = "/nowhere/data.img",
        Mode = "w",
    };

    private static DeviceNodes Nic { get; } = new()
    {
        Ref = Domains.Nic().Ref,
        BackendPath = "/local/domain/0/backend/vif/3/0",
        Backend = XenbusState.InitWait,
        Frontend = XenbusState.Initialising,
        Mac = "00:16:3E:00:00:01",
    };

    [Fact]
    public void A_disk_is_known_by_what_it_is_made_of_and_by_its_mode()
    {
        Disk.AreOf(Mark(Domains.Disk())).ShouldBeTrue();
        (Disk with { Mode = "r" }).AreOf(Mark(Domains.Disk())).ShouldBeFalse();
        (Disk with { Ref = new(DeviceKind.Vbd, 51712) }).AreOf(Mark(Domains.Disk())).ShouldBeFalse();
        (Disk with { BackendPath = "/local/domain/0/backend/qdisk/3/51728", Params = "qcow2:/nowhere/data.img" }).AreOf(Mark(Domains.Disk())).ShouldBeTrue();
    }

    [Fact]
    public void A_path_that_was_a_link_is_compared_where_it_leads()
    {
        var (image, link) = (Path.Combine(_folder, "image"), Path.Combine(_folder, "link"));
        File.WriteAllText(image, "x");
        File.CreateSymbolicLink(link, image);
        (Disk with { Params = image }).AreOf(Mark(Domains.Disk() with { Path = link })).ShouldBeTrue();
        (Disk with { Params = "/etc/passwd" }).AreOf(Mark(Domains.Disk() with { Path = link })).ShouldBeFalse();
        File.Delete(link);
        (Disk with { Params = image }).AreOf(Mark(Domains.Disk() with { Path = link })).ShouldBeTrue();
    }

    [Fact]
    public void A_NIC_is_known_by_its_address()
    {
        Nic.AreOf(DeviceMark.Of(Domains.Nic(), DateTimeOffset.UnixEpoch)).ShouldBeTrue();
        Nic.AreOf(DeviceMark.Of(Domains.Nic("00:16:3e:00:00:02"), DateTimeOffset.UnixEpoch)).ShouldBeFalse();
    }

    [Fact]
    public void The_script_has_done_its_part_when_it_says_so_and_QEMU_has_none()
    {
        Disk.HotplugDone.ShouldBeTrue();
        Nic.HotplugDone.ShouldBeFalse();
        (Disk with { HotplugStatus = null }).HotplugDone.ShouldBeFalse();
        (Disk with { HotplugStatus = null, BackendPath = "/local/domain/0/backend/qdisk/3/51728" }).HotplugDone.ShouldBeTrue();
    }

    [Fact]
    public void An_error_is_shown_while_the_device_is_not_in_use()
    {
        var failed = Disk with { FrontendError = $"16 Device in use;\n{new string('x', 1000)}" };
        failed.ToObserved(3, null).Error.ShouldBe($"16 Device in use; {new string('x', 182)}");
        (failed with { HotplugError = "no such file" }).ToObserved(3, null).Error.ShouldBe("no such file");
        (failed with { Backend = XenbusState.Connected, Frontend = XenbusState.Connected }).ToObserved(3, null).Error.ShouldBeNull();
    }

    [Fact]
    public void What_is_seen_and_what_is_marked_are_put_together()
    {
        var mark = Domains.Mark().WithDevice(Mark(Domains.Disk())).WithDevice(DeviceMark.Of(Domains.Nic("00:16:3e:00:00:02"), DateTimeOffset.UnixEpoch))
            .WithDevice(DeviceMark.Of(Domains.Nic() with { Index = 1 }, DateTimeOffset.UnixEpoch));
        var joined = ObservedDevices.Join(3, [Disk, Nic], mark);
        joined.Count.ShouldBe(3);
        joined.Single(d => d.Ref == Disk.Ref).Mark.ShouldBe(Mark(Domains.Disk()));
        joined.Single(d => d.Ref == Nic.Ref).Mark.ShouldBeNull();
        joined.Single(d => d.Ref == Nic.Ref).Interface.ShouldBe("vif3.0");
        joined.Single(d => d.Ref.DevId == 1).IsGone.ShouldBeTrue();
        ObservedDevices.Join(3, [Disk], null).ShouldHaveSingleItem().Mark.ShouldBeNull();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DeviceMark Mark(DesiredDisk disk) => DeviceMark.Of(disk, DateTimeOffset.UnixEpoch);
}
