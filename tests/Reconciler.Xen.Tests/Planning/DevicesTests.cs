using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using static Reconciler.Xen.Host.XenbusState;
using static Reconciler.Xen.Tests.Planning.PlanAssertions;

namespace Reconciler.Xen.Tests.Planning;

/// <summary>What is done about the devices of a domain that is wanted and alive; all at noon, on domid 7.</summary>
public sealed class DevicesTests
{
    private static readonly DomainRef Domain = A.Domain(RunState.Running).Ref;
    private static readonly DesiredDisk Disk = A.Disk();
    private static readonly DesiredNic Nic = A.Nic();
    private static readonly DateTimeOffset Asked = A.Noon - TimeSpan.FromSeconds(20);
    private static readonly DateTimeOffset LongAgo = A.Noon - TimeSpan.FromSeconds(61);

    [Fact]
    public void A_new_domain_is_created_with_all_of_them()
    {
        var desired = A.Desired() with { Disks = [Disk], Nics = [Nic] };
        var plan = Planner.Plan(desired, A.Seen(), A.Policy, null, A.Noon);
        plan.ShouldBe(new Step.CreatePaused(desired), new Step.Unpause(null));
        plan.Devices.ShouldAllBe(d => d.Desired && d.Observed == null && d.Step == null && d.Wait == null && !d.IsAttached);
        plan.Devices.Select(d => d.ToString()).ShouldBe(["VBD disk-xvda (xvda)", "VIF nic-0 (0)"]);
    }

    [Fact]
    public void Those_that_are_missing_are_attached() =>
        Plan([Disk], [Nic]).ShouldBe(new Step.AttachDisk(Domain, Disk), new Step.AttachNic(Domain, Nic));

    [Fact]
    public void Those_that_are_attached_are_left_alone()
    {
        var plan = Plan([Disk], [Nic], A.Attached(Disk), A.Attached(Nic));
        plan.IsConverged.ShouldBeTrue();
        plan.Devices.ShouldAllBe(d => d.IsAttached);
    }

    [Fact]
    public void An_object_that_is_merely_called_otherwise_now_is_the_same() =>
        Plan([Disk with { ObjectName = "renamed" }], [], A.Attached(Disk)).IsConverged.ShouldBeTrue();

    [Theory]
    [InlineData(InitWait, Initialising)]
    [InlineData(InitWait, Initialised)]
    [InlineData(Closed, Closed)]
    [InlineData(InitWait, Closed)]
    public void A_guest_that_does_not_connect_or_hands_over_to_another_kernel_is_not_disturbed(XenbusState backend, XenbusState frontend) =>
        Plan([Disk], [], A.Attached(Disk) with { Backend = backend, Frontend = frontend }).IsConverged.ShouldBeTrue();

    /// <summary>A backend that has died never says Closed.</summary>
    [Theory]
    [InlineData(Closing, Closed, true)]
    [InlineData(Connected, Connected, false)]
    [InlineData(Closing, Closing, false)]
    public void A_disk_whose_backend_has_died_is_let_go_when_the_guest_has_closed_it(XenbusState backend, XenbusState frontend, bool letGo) =>
        (A.Attached(Disk) with { Backend = backend, Frontend = frontend, BackendDied = true }).IsLetGo.ShouldBe(letGo);

    /// <summary>The worker and the hotplug script were killed; blkfront and netfront wait for a backend that never comes.</summary>
    [Theory]
    [InlineData(InitWait, Initialising)]
    [InlineData(InitWait, Initialised)]
    [InlineData(InitWait, Connected)]
    public void A_disk_whose_backend_was_never_ready_is_taken_away_and_attached_anew_though_the_guest_has_begun(XenbusState backend, XenbusState frontend)
    {
        var seen = A.Attached(Disk) with { Backend = backend, Frontend = frontend, HotplugDone = false };
        seen = seen with { Mark = seen.Mark! with { AttachRequestedAt = LongAgo } };
        Plan([Disk], [], seen).Steps.ShouldBe([new Step.Detach(Domain, Disk.Ref, DetachCause.HalfMade)]);
    }

    [Fact]
    public void A_disk_whose_backend_has_died_is_not_taken_from_its_guest() =>
        Plan([Disk], [], A.Attached(Disk) with { BackendDied = true }).IsConverged.ShouldBeTrue();

    public static TheoryData<DesiredDisk> Changes { get; } =
    [
        Disk with { Path = "/images/other.img" },
        Disk with { Format = DiskFormat.Qcow2 },
        Disk with { ReadOnly = true },
        Disk with { CdRom = true },
        Disk with { ObjectUid = A.Uid("another object") },
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void One_that_is_changed_or_of_another_object_is_taken_away_and_then_attached_anew(DesiredDisk changed)
    {
        var used = A.Attached(Disk);
        var first = Plan([changed], [], used);
        first.Steps.ShouldBe([new Step.RequestDetach(Domain, Disk.Ref)]);
        first.Wait.ShouldNotBeNull().Message.ShouldContain("asked to let go");
        var closed = A.Attached(Disk, Asked) with { Backend = Closed, Frontend = Closed };
        Plan([changed], [], closed).ShouldWait(WaitReason.AttachingDevices, new Step.Detach(Domain, Disk.Ref, DetachCause.Closed));
        Plan([changed], []).ShouldBe(new Step.AttachDisk(Domain, changed));
    }

    [Fact]
    public void A_device_that_passes_to_another_object_is_told_of_for_both()
    {
        var successor = Disk with { ObjectUid = A.Uid("successor"), ObjectName = "successor" };
        var devices = Plan([successor], [], A.Attached(Disk, Asked)).Devices;
        devices.Count.ShouldBe(2);
        devices[0].ShouldSatisfyAllConditions(
            d => d.ObjectUid.ShouldBe(successor.ObjectUid), d => d.Desired.ShouldBeTrue(), d => d.Observed.ShouldBeNull(),
            d => d.Wait.ShouldNotBeNull().Message.ShouldContain("VBD disk-xvda (xvda)"));
        devices[1].ShouldSatisfyAllConditions(
            d => d.ObjectUid.ShouldBe(Disk.ObjectUid), d => d.Desired.ShouldBeFalse(), d => d.Observed.ShouldNotBeNull(),
            d => d.Wait.ShouldNotBeNull().Reason.ShouldBe(WaitReason.DetachingDevices));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_of_somebody_else_is_never_touched(bool desired)
    {
        var plan = Plan(desired ? [Disk] : [], [], A.Attached(Disk) with { Mark = null });
        plan.Steps.ShouldBeEmpty();
        (plan.Wait?.Reason).ShouldBe(desired ? WaitReason.DeviceConflict : null);
        plan.Devices.ShouldAllBe(d => d.Observed == null);
    }

    [Fact]
    public void One_whose_backend_is_lost_is_cleared_away_and_attached_anew() =>
        Plan([Disk], [], A.Attached(Disk) with { Backend = null, HotplugDone = false })
            .ShouldWait(WaitReason.AttachingDevices, new Step.Detach(Domain, Disk.Ref, DetachCause.HalfMade));

    [Fact]
    public void One_of_which_only_our_mark_is_left_is_attached_anew_or_struck()
    {
        var gone = A.Attached(Disk) with { Backend = null, Frontend = null, HotplugDone = false };
        Plan([Disk], [], gone).ShouldWait(WaitReason.AttachingDevices, new Step.Detach(Domain, Disk.Ref, DetachCause.HalfMade));
        Plan([], [], gone).ShouldBe(new Step.Detach(Domain, Disk.Ref, DetachCause.Closed));
    }

    [Theory]
    [InlineData(3, null, true)]
    [InlineData(11, null, false)]
    [InlineData(-3, null, false)]
    [InlineData(3, "no loop device", false)]
    public void A_hotplug_script_that_lost_its_worker_has_a_moment_to_end_well(int secondsAgo, string? error, bool waits)
    {
        var begun = A.Noon - TimeSpan.FromSeconds(secondsAgo);
        var half = A.Attached(Disk) with { Mark = DeviceMark.Of(Disk, begun), Backend = Initialising, Frontend = Initialising, HotplugDone = false, Error = error };
        var plan = Plan([Disk], [], half);
        if (waits)
            plan.ShouldWait(WaitReason.AttachingDevices).ShouldSatisfyAllConditions(w => w.Since.ShouldBe(begun), w => w.Deadline.ShouldBe(begun + TimeSpan.FromSeconds(10)));
        else
            plan.ShouldWait(WaitReason.AttachingDevices, new Step.Detach(Domain, Disk.Ref, DetachCause.HalfMade));
        Plan([], [], half).ShouldBe(new Step.Detach(Domain, Disk.Ref, DetachCause.HalfMade));
    }

    [Theory]
    [InlineData(InitWait, Initialising)]
    [InlineData(InitWait, null)]
    [InlineData(Closed, Closed)]
    public void One_that_is_not_wanted_and_that_the_guest_does_not_use_is_removed_at_once(XenbusState? backend, XenbusState? frontend) =>
        Plan([], [], A.Attached(Disk) with { Backend = backend, Frontend = frontend }).ShouldBe(new Step.Detach(Domain, Disk.Ref, DetachCause.Closed));

    [Fact]
    public void One_that_is_not_wanted_and_in_use_is_asked_for()
    {
        var wait = Plan([], [], A.Attached(Disk)).ShouldWait(WaitReason.DetachingDevices, new Step.RequestDetach(Domain, Disk.Ref));
        wait.Since.ShouldBe(A.Noon);
        wait.Deadline.ShouldBe(A.Noon + TimeSpan.FromSeconds(60));
        wait.Message.ShouldStartWith("VBD disk-xvda (xvda): ");
    }

    [Theory]
    [InlineData(Connected, Connected)]
    [InlineData(InitWait, Initialising)]
    [InlineData(InitWait, Closed)]
    public void It_is_asked_again_when_the_request_does_not_stand(XenbusState backend, XenbusState frontend) =>
        Plan([], [], A.Attached(Disk, Asked) with { Backend = backend, Frontend = frontend })
            .ShouldWait(WaitReason.DetachingDevices, new Step.RequestDetach(Domain, Disk.Ref)).Since.ShouldBe(Asked);

    [Theory]
    [InlineData(Closing, Connected)]
    [InlineData(Closing, Closing)]
    [InlineData(Closing, Closed)]
    [InlineData(Closed, Closing)]
    public void It_has_until_its_deadline(XenbusState backend, XenbusState frontend) =>
        Plan([], [], A.Attached(Disk, Asked) with { Backend = backend, Frontend = frontend })
            .ShouldWait(WaitReason.DetachingDevices).ShouldSatisfyAllConditions(w => w.Since.ShouldBe(Asked), w => w.Deadline.ShouldBe(Asked + TimeSpan.FromSeconds(60)));

    [Theory]
    [InlineData(Closing, Initialising)]
    [InlineData(Closed, Closed)]
    public void It_is_removed_when_the_guest_has_let_go(XenbusState backend, XenbusState frontend) =>
        Plan([], [], A.Attached(Disk, Asked) with { Backend = backend, Frontend = frontend }).ShouldBe(new Step.Detach(Domain, Disk.Ref, DetachCause.Closed));

    [Fact]
    public void After_that_it_stays_where_the_spec_says_to_wait()
    {
        var refused = A.Attached(Disk, LongAgo) with { Frontend = Closing, Error = "16 Device in use; refusing to close" };
        var wait = Plan([], [], refused).ShouldWait(WaitReason.DetachBlocked);
        wait.Since.ShouldBe(A.Noon - TimeSpan.FromSeconds(1));
        wait.Deadline.ShouldBeNull();
        wait.Message.ShouldContain("refusing to close");
    }

    [Fact]
    public void Or_is_taken_by_force_where_the_spec_says_so()
    {
        var policy = A.Policy with { Detach = new Dictionary<Guid, DetachPolicy> { [Disk.ObjectUid] = new(TimeSpan.FromSeconds(30), Force: true) } };
        Plan([], [], policy, A.Attached(Disk, Asked)).ShouldWait(WaitReason.DetachingDevices).Deadline.ShouldBe(Asked + TimeSpan.FromSeconds(30));
        Plan([], [], policy, A.Attached(Disk, LongAgo)).ShouldBe(new Step.Detach(Domain, Disk.Ref, DetachCause.TimeoutExpired));
    }

    [Fact]
    public void One_that_was_asked_for_and_is_wanted_again_is_taken_away_first()
    {
        Plan([Disk], [], A.Attached(Disk, Asked)).ShouldWait(WaitReason.DetachingDevices);
        Plan([Disk], [], A.Attached(Disk, Asked) with { Backend = Closed, Frontend = Closed })
            .ShouldWait(WaitReason.AttachingDevices, new Step.Detach(Domain, Disk.Ref, DetachCause.Closed));
    }

    [Fact]
    public void A_paused_guest_can_t_answer_and_is_not_let_run_for_that()
    {
        var paused = A.Domain(RunState.Paused) with { Devices = [A.Attached(Disk, Asked)] };
        PlanFor(DesiredPower.Paused, [], [], A.Policy, paused).ShouldWait(WaitReason.DetachingDevices).Message.ShouldContain("paused");
    }

    public static TheoryData<DesiredNic> ChangesBehindANic { get; } =
    [
        Nic with { RateBytesPerSecond = 1_000_000 },
        Nic with { LinkDown = true },
        Nic with { Locks = new NicLocks { Mac = true, Ips = ["192.0.2.7"] } },
        Nic with { Vlan = 7 },
        Nic with { Bridge = "xenbr1" },
    ];

    [Theory]
    [MemberData(nameof(ChangesBehindANic))]
    public void What_is_behind_a_NIC_is_changed_while_the_guest_keeps_it(DesiredNic changed) =>
        Plan([], [changed], A.Attached(Nic)).ShouldBe(new Step.ConfigureNic(Domain, changed));

    public static TheoryData<DesiredNic> ChangesOfANic { get; } =
    [
        Nic with { Mac = "00:16:3e:00:00:99" },
        Nic with { Mtu = 9000 },
        Nic with { ObjectUid = A.Uid("another object") },
    ];

    [Theory]
    [MemberData(nameof(ChangesOfANic))]
    public void What_a_guest_has_read_of_a_NIC_takes_another_one(DesiredNic changed) =>
        Plan([], [changed], A.Attached(Nic)).Steps.ShouldHaveSingleItem().ShouldBe(new Step.RequestDetach(Domain, Nic.Ref));

    [Fact]
    public void A_NIC_that_is_out_of_its_bridge_or_without_its_rules_is_put_back_once_there_is_a_bridge()
    {
        Plan([], [Nic], A.Attached(Nic) with { Port = NicPort.Astray }).ShouldBe(new Step.ConfigureNic(Domain, Nic));
        Plan([], [Nic], A.Attached(Nic) with { Port = NicPort.BridgeGone }).IsConverged.ShouldBeTrue();
        Plan([], [Nic], A.Attached(Nic) with { Port = NicPort.InPlace }).IsConverged.ShouldBeTrue();
    }

    [Fact]
    public void A_domain_that_has_executed_nothing_runs_only_when_its_NICs_are_configured()
    {
        var down = Nic with { LinkDown = true };
        var fresh = A.Fresh() with { Devices = [A.Attached(Nic) with { Backend = InitWait, Frontend = Initialising }] };
        PlanFor(DesiredPower.Running, [], [down], A.Policy, fresh).ShouldBe(new Step.ConfigureNic(fresh.Ref, down), new Step.Unpause(fresh.Ref));
    }

    [Fact]
    public void What_moves_to_another_device_is_attached_there_when_it_has_left_the_first()
    {
        var moved = A.Disk("xvdb", Disk.ObjectUid, Disk.Path);
        Plan([moved], [], A.Attached(Disk)).ShouldWait(WaitReason.AttachingDevices, new Step.RequestDetach(Domain, Disk.Ref)).Message.ShouldContain("still attached as xvda");
    }

    [Fact]
    public void Of_two_that_write_to_one_disk_only_the_first_is_attached()
    {
        var second = A.Disk("xvdb", path: Disk.Path);
        Plan([Disk, second], []).ShouldWait(WaitReason.AttachingDevices, new Step.AttachDisk(Domain, Disk)).Message.ShouldContain("can't be shared");
        Plan([Disk, second], [], A.Attached(second)).ShouldWait(WaitReason.AttachingDevices).Message.ShouldContain("can't be shared");
        Plan([Disk with { ReadOnly = true }, second with { ReadOnly = true }], []).Steps.Count.ShouldBe(2);
    }

    [Fact]
    public void A_domain_that_has_executed_nothing_is_let_run_when_it_has_them_all()
    {
        var unused = A.Attached(Nic) with { Backend = InitWait, Frontend = Initialising };
        var fresh = A.Fresh() with { Devices = [unused] };
        PlanFor(DesiredPower.Running, [Disk], [], A.Policy, fresh).ShouldBe(
            new Step.AttachDisk(fresh.Ref, Disk), new Step.Detach(fresh.Ref, Nic.Ref, DetachCause.Closed), new Step.Unpause(fresh.Ref));

        var conflict = A.Fresh() with { Devices = [unused with { Mark = null }] };
        PlanFor(DesiredPower.Running, [Disk], [Nic], A.Policy, conflict).ShouldWait(WaitReason.DeviceConflict, new Step.AttachDisk(fresh.Ref, Disk));
    }

    [Fact]
    public void A_domain_that_has_run_does_not_wait_for_its_devices()
    {
        var paused = A.Domain(RunState.Paused) with { Devices = [A.Attached(Disk) with { Mark = null }] };
        PlanFor(DesiredPower.Running, [Disk], [Nic], A.Policy, paused)
            .ShouldWait(WaitReason.DeviceConflict, new Step.Unpause(paused.Ref), new Step.AttachNic(paused.Ref, Nic));
    }

    [Theory]
    [InlineData(RunState.Running)]
    [InlineData(RunState.Paused)]
    public void The_devices_of_a_domain_that_is_to_stop_go_with_it_and_are_told_of(RunState state)
    {
        var domain = A.Domain(state) with { Devices = [A.Attached(Disk)] };
        var plan = PlanFor(DesiredPower.Halted, [], [Nic], A.Policy, domain);
        plan.Steps.ShouldAllBe(s => s.About == null);
        plan.Wait.ShouldNotBeNull().Reason.ShouldBe(WaitReason.ShuttingDown);
        plan.Devices.Select(d => (d.Desired, d.Observed != null, d.Wait)).ShouldBe([(true, false, null), (false, true, null)]);
    }

    [Fact]
    public void The_devices_of_a_guest_that_may_yet_follow_an_earlier_order_are_left_until_that_is_struck()
    {
        var asked = A.Domain(RunState.Running, asked: Asked) with { Devices = [A.Attached(Disk)] };
        PlanFor(DesiredPower.Running, [], [], A.Policy, asked).ShouldWait(WaitReason.ShuttingDown);
        var struck = A.Domain(RunState.Running, asked: A.Noon - A.Policy.ShutdownGracePeriod) with { Devices = [A.Attached(Disk)] };
        PlanFor(DesiredPower.Running, [], [], A.Policy, struck)
            .ShouldWait(WaitReason.DetachingDevices, new Step.WithdrawShutdown(Domain), new Step.RequestDetach(Domain, Disk.Ref));
    }

    [Fact]
    public void Where_several_wait_each_is_named_the_worst_is_the_reason_and_the_next_time_counts()
    {
        var stuck = A.Attached(A.Disk("xvdb"), LongAgo);
        var asked = A.Attached(Disk, Asked);
        var wait = Plan([], [Nic], stuck, asked, A.Attached(Nic) with { Mark = null }).ShouldWait(WaitReason.DeviceConflict);
        wait.Message.ShouldSatisfyAllConditions(
            m => m.ShouldContain("VBD disk-xvda (xvda): "), m => m.ShouldContain("VBD disk-xvdb (xvdb): "), m => m.ShouldContain("VIF nic-0 (0): "));
        wait.Since.ShouldBe(Asked);
        wait.Deadline.ShouldBe(Asked + TimeSpan.FromSeconds(60));
    }

    private static Plan Plan(DesiredDisk[] disks, DesiredNic[] nics, params ObservedDevice[] observed) => Plan(disks, nics, A.Policy, observed);

    private static Plan Plan(DesiredDisk[] disks, DesiredNic[] nics, DomainPolicy policy, params ObservedDevice[] observed) =>
        PlanFor(DesiredPower.Running, disks, nics, policy, A.Domain(RunState.Running) with { Devices = [.. observed] });

    private static Plan PlanFor(DesiredPower power, DesiredDisk[] disks, DesiredNic[] nics, DomainPolicy policy, ObservedDomain domain) =>
        Planner.Plan(A.Desired(power) with { Disks = [.. disks], Nics = [.. nics] }, A.Seen(domain), policy, null, A.Noon);
}
