using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

/// <summary>Disks and NICs: attached, connected, asked for, let go and removed.</summary>
internal static class DeviceChecks
{
    public static async Task Devices_are_created_with_their_domain_and_connected_when_it_runs(Scene s)
    {
        var guest = s.NewGuest();
        guest = guest with { Disks = [s.NewDisk('b'), s.NewDisk('c') with { ReadOnly = true }], Nics = [s.NewNic(0)] };
        var domain = await s.CreateAsync(guest);

        var seen = await s.SeeAsync(guest);
        seen.Devices.Select(d => d.Ref).ShouldBe([.. guest.Disks.Select(d => d.Ref), .. guest.Nics.Select(n => n.Ref)], ignoreOrder: true);
        seen.Devices.ShouldAllBe(d => d.HotplugDone && d.Backend != null && d.Frontend == XenbusState.Initialising);
        seen.Devices.ShouldAllBe(d => d.Mark != null && seen.Mark!.Devices.Contains(d.Mark));
        seen.Devices.Single(d => d.Ref == guest.Disks[1].Ref).Mark!.Disk.ShouldBe(guest.Disks[1]);
        seen.Devices.Single(d => d.Ref == guest.Nics[0].Ref).Mark!.Nic.ShouldBe(guest.Nics[0]);

        await s.Host.UnpauseAsync(domain, s.Cancellation);
        await s.UntilConnectedAsync(guest, 3);
    }

    public static async Task A_create_with_a_missing_disk_fails_and_leaves_nothing(Scene s)
    {
        var guest = s.NewGuest();
        var broken = guest with { Disks = [s.NewDisk('b') with { Path = s.Harness.MissingFile }] };
        await Scene.ShouldFailAsync(XenErrorCode.FileNotUsable, () => s.CreateAsync(broken));
        await s.UntilGoneAsync(guest);
    }

    public static async Task A_disk_and_a_NIC_that_are_attached_are_marked_ready_and_then_connected_by_the_guest(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var (disk, nic) = (s.NewDisk('b'), s.NewNic(0));
        await s.Host.AttachDiskAsync(domain, disk, s.Cancellation);
        await s.Host.AttachNicAsync(domain, nic, s.Cancellation);

        var seen = await s.SeeAsync(guest);
        seen.Devices.Count.ShouldBe(2);
        seen.Devices.ShouldAllBe(d => d.HotplugDone && d.Backend != null && d.Error == null);
        var (seenDisk, seenNic) = (seen.Devices.Single(d => d.Ref == disk.Ref), seen.Devices.Single(d => d.Ref == nic.Ref));
        seenDisk.Mark.ShouldNotBeNull().Disk.ShouldBe(disk);
        seenDisk.Interface.ShouldBeNull();
        seenNic.Mark.ShouldNotBeNull().Nic.ShouldBe(nic);
        seenNic.Interface.ShouldNotBeNullOrEmpty();
        await s.UntilConnectedAsync(guest, 2);
    }

    /// <summary>The mark is read, changed and written: no entry may be lost between two.</summary>
    public static async Task Devices_that_are_attached_side_by_side_are_all_there_and_marked(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var disks = "bcd".Select(s.NewDisk).ToArray();
        await Task.WhenAll(
            [.. disks.Select(d => s.Host.AttachDiskAsync(domain, d, s.Cancellation)), s.Host.AttachNicAsync(domain, s.NewNic(0), s.Cancellation)]);
        var seen = await s.SeeAsync(guest);
        seen.Devices.Count.ShouldBe(4);
        seen.Devices.ShouldAllBe(d => d.Mark != null && d.HotplugDone);
    }

    public static async Task A_NIC_is_configured_while_the_guest_keeps_it(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var nic = s.NewNic(0);
        await s.Host.AttachNicAsync(domain, nic, s.Cancellation);
        await s.UntilConnectedAsync(guest, 1);

        var changed = nic with { RateBytesPerSecond = 1_000_000, LinkDown = true, Locks = new NicLocks { Mac = true, Ips = ["192.0.2.7", "2001:db8::7"] } };
        await s.Host.ConfigureNicAsync(domain, changed, s.Cancellation);
        await s.Host.ConfigureNicAsync(domain, changed, s.Cancellation); // so already, so this is done
        var seen = (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem();
        seen.Mark.ShouldNotBeNull().Nic.ShouldBe(changed);
        (seen.Frontend, seen.Port).ShouldBe((XenbusState.Connected, NicPort.InPlace));

        await Scene.ShouldFailAsync(XenErrorCode.InvalidConfiguration, () => s.Host.ConfigureNicAsync(domain, changed with { Mtu = 1280 }, s.Cancellation));
        await s.Host.ConfigureNicAsync(domain, nic, s.Cancellation);
        (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            d => d.Mark.ShouldNotBeNull().Nic.ShouldBe(nic), d => d.Port.ShouldBe(NicPort.InPlace), d => d.Frontend.ShouldBe(XenbusState.Connected));
    }

    public static async Task Attaching_again_for_the_same_object_changes_nothing(Scene s)
    {
        var (guest, domain, disk) = await s.WithDiskAsync();
        var before = (await s.SeeAsync(guest)).Mark;
        await s.Host.AttachDiskAsync(domain, disk, s.Cancellation);
        (await s.SeeAsync(guest)).Mark.ShouldBe(before);
    }

    public static async Task A_device_that_is_there_for_another_object_is_refused(Scene s)
    {
        var (guest, domain, disk) = await s.WithDiskAsync();
        var other = s.NewDisk('b');
        await Scene.ShouldFailAsync(XenErrorCode.DeviceInUse, () => s.Host.AttachDiskAsync(domain, other, s.Cancellation));
        (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem().Mark.ShouldNotBeNull().Disk.ShouldBe(disk);
    }

    public static async Task A_disk_that_another_domain_writes_to_is_refused_and_leaves_nothing(Scene s)
    {
        var (_, _, disk) = await s.WithDiskAsync();
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        var same = s.NewDisk('b') with { Path = disk.Path };
        await Scene.ShouldFailAsync(XenErrorCode.DeviceInUse, () => s.Host.AttachDiskAsync(domain, same, s.Cancellation));
        (await s.SeeAsync(guest)).Devices.ShouldBeEmpty();
    }

    public static async Task A_disk_whose_file_is_missing_is_refused_and_leaves_nothing(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        var disk = s.NewDisk('b') with { Path = s.Harness.MissingFile };
        var error = await Scene.ShouldFailAsync(XenErrorCode.FileNotUsable, () => s.Host.AttachDiskAsync(domain, disk, s.Cancellation));
        error.Detail.ShouldContain(s.Harness.MissingFile);
        var seen = await s.SeeAsync(guest);
        seen.Devices.ShouldBeEmpty();
        seen.Mark.ShouldNotBeNull().Devices.ShouldBeEmpty();
    }

    public static async Task A_guest_that_is_asked_lets_go_and_the_device_is_removed(Scene s)
    {
        var (guest, domain, disk) = await s.WithDiskAsync();
        await s.UntilConnectedAsync(guest, 1);
        await s.Host.RequestDetachAsync(domain, disk.Ref, s.Cancellation);
        (await s.SeeAsync(guest)).Mark.ShouldNotBeNull().Devices.ShouldHaveSingleItem().DetachRequestedAt.ShouldNotBeNull();

        await s.UntilAsync(guest, o => o.Domains is [{ Devices: [{ IsLetGo: true }] }], "the guest has let go");
        await s.Host.DetachAsync(domain, disk.Ref, force: false, s.Cancellation);
        var seen = await s.SeeAsync(guest);
        seen.Devices.ShouldBeEmpty();
        seen.Mark.ShouldNotBeNull().Devices.ShouldBeEmpty();

        await s.Host.RequestDetachAsync(domain, disk.Ref, s.Cancellation); // gone already, so this is done
        await s.Host.DetachAsync(domain, disk.Ref, force: false, s.Cancellation);
        await s.Host.AttachDiskAsync(domain, disk, s.Cancellation);
        await s.UntilConnectedAsync(guest, 1);
    }

    public static async Task A_device_in_use_is_removed_by_force_only(Scene s)
    {
        var (guest, domain, disk) = await s.WithDiskAsync();
        await s.UntilConnectedAsync(guest, 1);
        await Scene.ShouldFailAsync(XenErrorCode.DeviceBusy, () => s.Host.DetachAsync(domain, disk.Ref, force: false, s.Cancellation));
        (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem().Mark.ShouldNotBeNull();
        await s.Host.DetachAsync(domain, disk.Ref, force: true, s.Cancellation);
        (await s.SeeAsync(guest)).Devices.ShouldBeEmpty();
    }

    public static async Task A_device_that_the_guest_never_took_up_is_removed_without_force(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        var nic = s.NewNic(0);
        await s.Host.AttachNicAsync(domain, nic, s.Cancellation);
        await s.Host.DetachAsync(domain, nic.Ref, force: false, s.Cancellation);
        (await s.SeeAsync(guest)).Devices.ShouldBeEmpty();
    }

    public static async Task The_first_time_of_asking_for_a_device_is_kept(Scene s)
    {
        var (guest, domain, disk) = await s.WithDiskAsync();
        await s.UntilConnectedAsync(guest, 1);
        await s.Host.PauseAsync(domain, s.Cancellation); // so that it can't answer in between
        await s.Host.RequestDetachAsync(domain, disk.Ref, s.Cancellation);
        var seen = (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem();
        seen.Backend.ShouldBe(XenbusState.Closing);
        var first = seen.Mark.ShouldNotBeNull().DetachRequestedAt.ShouldNotBeNull();

        await s.Harness.PassAsync(TimeSpan.FromSeconds(1), s.Cancellation);
        await s.Host.RequestDetachAsync(domain, disk.Ref, s.Cancellation);
        (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem().Mark.ShouldNotBeNull().DetachRequestedAt.ShouldBe(first);
    }

    public static async Task A_device_that_was_attached_by_hand_is_seen_without_our_mark_and_never_acted_on(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var disk = s.NewDisk('b');
        await s.Harness.AttachByHandAsync(domain, disk, s.Cancellation);
        (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Ref.ShouldBe(disk.Ref), d => d.Mark.ShouldBeNull());

        await Scene.ShouldFailAsync(XenErrorCode.DeviceInUse, () => s.Host.AttachDiskAsync(domain, s.NewDisk('b'), s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.RequestDetachAsync(domain, disk.Ref, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.DetachAsync(domain, disk.Ref, force: true, s.Cancellation));
        var seen = (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem();
        seen.Mark.ShouldBeNull();
        seen.Backend.ShouldNotBeOneOf(XenbusState.Closing, XenbusState.Closed);
    }

    public static async Task Devices_survive_a_restart_of_the_adapter(Scene s)
    {
        var (guest, _, disk) = await s.WithDiskAsync();
        await s.UntilConnectedAsync(guest, 1);
        await s.Harness.ReopenAsync(s.Cancellation);
        var seen = (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem();
        seen.Mark.ShouldNotBeNull().Disk.ShouldBe(disk);
        seen.Frontend.ShouldBe(XenbusState.Connected);
    }

    public static async Task What_backs_a_device_is_free_when_its_domain_is_gone(Scene s)
    {
        var (guest, domain, disk) = await s.WithDiskAsync();
        await s.Host.DestroyAsync(domain, s.Cancellation);
        await s.UntilGoneAsync(guest);
        await s.CreateAsync(guest with { Disks = [disk] });
        (await s.SeeAsync(guest)).Devices.ShouldHaveSingleItem().HotplugDone.ShouldBeTrue();
    }

    public static async Task No_device_is_attached_to_a_domid_that_is_not_that_domain_any_more(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        var disk = s.NewDisk('b');
        await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.AttachDiskAsync(domain with { Uuid = Guid.NewGuid() }, disk, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.AttachNicAsync(domain with { Domid = domain.Domid + 1000 }, s.NewNic(0), s.Cancellation));
        (await s.SeeAsync(guest)).Devices.ShouldBeEmpty();
    }
}
