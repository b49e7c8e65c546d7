using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

public sealed class AdoptionTests
{
    private static readonly Adoptee Old = new(A.Uid("old"), "old-web");

    private static readonly DesiredDomain Desired = A.Desired() with { Adopts = Old };

    private static ObservedDomain Foreign(RunState state = RunState.Running) => A.Foreign(state) with { Uuid = Old.XenUuid, XenName = Old.XenName };

    private static Observation Seen(ObservedDomain? adoptee, params ObservedDomain[] own) => A.Seen(own) with { Adoptee = adoptee };

    private static Plan Plan(DesiredDomain? desired, Observation observed) => Planner.Plan(desired, observed, A.Policy, lastExit: null, A.Noon);

    [Theory]
    [InlineData(DesiredPower.Running, RunState.Running)]
    [InlineData(DesiredPower.Running, RunState.Paused)]
    [InlineData(DesiredPower.Paused, RunState.Running)]
    public void The_domain_that_is_named_is_adopted_in_one_step(DesiredPower power, RunState state)
    {
        var desired = Desired with { Power = power };
        Plan(desired, Seen(Foreign(state))).ShouldBe(new Step.Adopt(Foreign().Ref, desired));
    }

    [Fact]
    public void Nothing_is_adopted_to_be_shut_down() => Plan(Desired with { Power = DesiredPower.Halted }, Seen(Foreign())).ShouldBe();

    [Fact]
    public void A_domain_that_was_not_adopted_yet_is_left_alone_when_the_object_goes() => Plan(desired: null, Seen(Foreign())).ShouldBe();

    [Fact]
    public void None_is_created_when_the_domain_is_not_there() =>
        Plan(Desired, Seen(adoptee: null)).ShouldWait(WaitReason.NothingToAdopt).Message.ShouldContain(Old.XenUuid.ToString());

    [Fact]
    public void A_domain_of_another_name_is_not_adopted() =>
        Plan(Desired, Seen(Foreign() with { XenName = "new-web" })).ShouldWait(WaitReason.NothingToAdopt).Message.ShouldContain("new-web");

    [Fact]
    public void A_domain_of_another_object_is_not_adopted() =>
        Plan(Desired, Seen(A.Domain(RunState.Running, 9) with { Uuid = A.Uid("other"), AdoptedUuid = Old.XenUuid, XenName = Old.XenName }))
            .ShouldWait(WaitReason.NothingToAdopt).Message.ShouldContain("default/web");

    [Fact]
    public void A_domain_that_has_ended_is_not_adopted() =>
        Plan(Desired, Seen(Foreign(RunState.ShutDown) with { ShutdownReason = ShutdownReason.Poweroff })).ShouldWait(WaitReason.NothingToAdopt);

    [Fact]
    public void It_is_waited_for_who_works_on_it() =>
        Plan(Desired, Seen(Foreign() with { OperationInProgress = true })).ShouldWait(WaitReason.OperationInProgress).Next.ShouldNotBeNull();

    [Fact]
    public void It_is_not_adopted_before_the_objects_of_its_devices_are_there() =>
        Plan(Desired with { Awaited = ["vbd web-xvda does not exist yet."] }, Seen(Foreign())).ShouldWait(WaitReason.WaitingForDevices);

    [Fact]
    public void It_does_not_start_anew_before_its_adoption_is_recorded()
    {
        var rebooted = A.Domain(RunState.ShutDown, reason: ShutdownReason.Reboot);
        var adopted = rebooted with { AdoptedUuid = Old.XenUuid, Mark = rebooted.Mark! with { AdoptedUuid = Old.XenUuid } };
        Plan(Desired, Seen(null, adopted)).ShouldWait(WaitReason.RecordingAdoption);
        Plan(Desired with { Adopts = null }, Seen(null, adopted)).Steps.OfType<Step.CreatePaused>().ShouldHaveSingleItem();
    }

    [Fact]
    public void What_is_adopted_is_kept_as_any_other()
    {
        var running = A.Domain(RunState.Running);
        var adopted = running with { AdoptedUuid = Old.XenUuid, Mark = running.Mark! with { AdoptedUuid = Old.XenUuid } };
        Plan(Desired, Seen(null, adopted)).ShouldBe();
        Plan(Desired with { Power = DesiredPower.Paused }, Seen(null, adopted)).ShouldBe(new Step.Pause(adopted.Ref));
        Plan(desired: null, Seen(null, adopted)).Steps.ShouldBe([new Step.RequestShutdown(adopted.Ref)]);
    }

    [Fact]
    public void The_mark_tells_what_was_found_and_takes_the_devices_that_are_as_they_should_be()
    {
        var data = A.Disk("xvdb", path: "/images/other.img");
        var found = new FoundDomain
        {
            Ref = Foreign().Ref,
            XenName = Old.XenName,
            Type = DomainType.Pvh,
            Vcpus = 3,
            MemoryKiB = 65536,
            Boot = new DirectBoot("/boot/old"),
            StartedAt = A.Noon - TimeSpan.FromDays(3),
            Disks = [Nobodys(A.Disk(path: "/dev/vg0/web")), Nobodys(A.Disk("xvdb"))],
            Nics = [A.Nic(bridge: "xenbr1") with { ObjectUid = Guid.Empty, ObjectName = "", Mac = "00:16:3E:00:00:00" }, A.Nic(1) with { ObjectUid = Guid.Empty, Mtu = 9000 }],
        };
        var desired = Desired with { Disks = [A.Disk(path: "/dev/mapper/vg0-web"), data], Nics = [A.Nic(), A.Nic(1)] };

        var mark = found.MarkFor(desired, A.Noon, path => path == "/dev/vg0/web" ? "/dev/mapper/vg0-web" : path);

        mark.XenUuid.ShouldBe(Old.XenUuid);
        (mark.Uuid, mark.Namespace, mark.Name, mark.StartedAt).ShouldBe((A.Uuid, "default", "web", found.StartedAt));
        (mark.BootedWith.Vcpus, mark.BootedWith.MemoryKiB, mark.BootedWith.Boot.Kernel, mark.BootedWith.Adopts).ShouldBe((3, 65536, "/boot/old", null));
        // Not xvdb, which is made of another file, nor the NIC whose guest has read another MTU.
        mark.Devices.Select(d => d.Device).ShouldBe([A.Disk().Ref, A.Nic().Ref]);
        mark.Devices[0].Disk.ShouldBe(desired.Disks[0]);
        // What is behind a NIC can be changed later: kept as it is, so that it is seen to differ.
        mark.Devices[1].Nic.ShouldBe(A.Nic(bridge: "xenbr1"));

        static DesiredDisk Nobodys(DesiredDisk disk) => disk with { ObjectUid = Guid.Empty, ObjectName = "" };
    }
}
