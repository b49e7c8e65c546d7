using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;
using Reconciler.Xen.Light.Worker.Operations;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

public sealed class OperationsTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly WorkerBed _bed = new();
    private readonly FakeLibxl _libxl = new();
    private readonly DesiredDomain _domain = Domains.Desired();

    [Fact]
    public void A_created_domain_is_ours_paused_and_leaves_no_intent()
    {
        var created = Create();
        created.Error.ShouldBeNull();
        var seen = Seen();
        seen.Domid.ShouldBe(created.Domid!.Value);
        seen.Ownership.ShouldBe(DomainOwnership.Ours);
        seen.State.ShouldBe(RunState.Paused);
        seen.Mark.ShouldBe(Domains.Mark(_domain));
        Intents.Read(_domain.Uuid).ShouldBeNull();
    }

    [Fact]
    public void A_create_cut_short_anywhere_leaves_nothing_or_a_remnant_or_the_domain_and_can_be_done_again()
    {
        var steps = CountSteps(() => Create());
        for (var end = 0; end < 2 * steps; end++)
        {
            Clear();
            _libxl.EndAt = end;
            Should.Throw<FakeLibxl.ProcessEnded>(() => Create());
            _libxl.EndAt = null;

            var left = Observe().Details;
            left.Count.ShouldBeLessThanOrEqualTo(1);
            if (left is [var remnant])
            {
                remnant.Ownership.ShouldBe(end == (2 * steps) - 1 ? DomainOwnership.Ours : DomainOwnership.HalfMade, $"cut at {end}");
                remnant.State.ShouldBe(RunState.Paused);
                Intents.IsLeft(_domain.Uuid).ShouldBe(remnant.Ownership is DomainOwnership.HalfMade, $"cut at {end}");
                Serve(new DestroyRequest(remnant.Ref)).Error.ShouldBeNull();
            }
            Intents.IsLeft(_domain.Uuid).ShouldBeFalse($"cut at {end}");
            Create().Error.ShouldBeNull();
            Seen().Ownership.ShouldBe(DomainOwnership.Ours);
        }
    }

    [Fact]
    public void A_destroy_cut_short_anywhere_is_finished_by_another_one()
    {
        var steps = CountSteps(() => Serve(new DestroyRequest(CreateAndRun())));
        for (var end = 2 * CountSteps(() => CreateAndRun()); end < 2 * steps; end++)
        {
            Clear();
            var domain = CreateAndRun();
            _libxl.EndAt = end;
            Should.Throw<FakeLibxl.ProcessEnded>(() => Serve(new DestroyRequest(domain)));
            _libxl.EndAt = null;
            if (Observe().Details is [])
                Intents.IsLeft(_domain.Uuid).ShouldBeFalse($"cut at {end}");
            foreach (var left in Observe().Details)
            {
                left.Ownership.ShouldNotBe(DomainOwnership.Foreign, $"cut at {end}");
                Serve(new DestroyRequest(left.Ref)).Error.ShouldBeNull();
            }
            Serve(new DestroyRequest(domain)).Error.ShouldBeNull();
            _libxl.Domains.ShouldBeEmpty();
            Intents.Read(_domain.Uuid).ShouldBeNull();
        }
    }

    [Fact]
    public void An_unpause_cut_short_never_leaves_a_domain_that_ran_without_saying_so()
    {
        for (var end = 4; end < 10; end++)
        {
            Clear();
            var domain = CreateDomain();
            _libxl.EndAt = end;
            try
            {
                Serve(new UnpauseRequest(domain, Noon));
            }
            catch (FakeLibxl.ProcessEnded)
            {
                // That was the point.
            }
            var seen = Seen();
            if (seen.CpuTime > TimeSpan.Zero) seen.Mark!.StartedAt.ShouldBe(Noon);
        }
    }

    [Fact]
    public void A_half_made_domain_that_somebody_let_run_is_not_ours_any_more()
    {
        _libxl.EndAt = 3;
        Should.Throw<FakeLibxl.ProcessEnded>(() => Create());
        _libxl.EndAt = null;
        Seen().Ownership.ShouldBe(DomainOwnership.HalfMade);
        _libxl.Unpause(Seen().Domid);
        Seen().Ownership.ShouldBe(DomainOwnership.Foreign);
        _libxl.Pause(Seen().Domid);
        Seen().Ownership.ShouldBe(DomainOwnership.Foreign);
        Serve(new DestroyRequest(Seen().Ref)).Error!.Code.ShouldBe(XenErrorCode.NotOurs);
        _libxl.Domains.Count.ShouldBe(1);
    }

    [Fact]
    public void A_domain_without_a_mark_is_foreign_and_nothing_is_done_to_it()
    {
        var foreign = _libxl.AddByHand(_domain.Uuid, "by-hand");
        Seen().Ownership.ShouldBe(DomainOwnership.Foreign);
        DomainRef domain = new(foreign.Uuid, foreign.Domid);
        WorkerRequest[] requests =
            [new UnpauseRequest(domain, Noon), new PauseRequest(domain), new ShutdownRequest(domain, Noon), new WithdrawShutdownRequest(domain), new DestroyRequest(domain)];
        foreach (var request in requests) Serve(request).Error!.Code.ShouldBe(XenErrorCode.NotOurs, request.Operation);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_domid_that_was_given_out_again_is_never_acted_on()
    {
        var domain = CreateDomain();
        DomainRef other = new(Guid.NewGuid(), domain.Domid);
        var calls = _libxl.Calls.Count;
        WorkerRequest[] requests = [new UnpauseRequest(other, Noon), new PauseRequest(other), new ShutdownRequest(other, Noon), new WithdrawShutdownRequest(other)];
        foreach (var request in requests) Serve(request).Error!.Code.ShouldBe(XenErrorCode.Stale, request.Operation);
        Serve(new DestroyRequest(other)).Error.ShouldBeNull(); // that life is gone: done
        _libxl.Calls.Count.ShouldBe(calls);
    }

    [Fact]
    public void A_second_domain_of_the_same_uuid_is_never_made()
    {
        CreateDomain();
        Create().Error!.Code.ShouldBe(XenErrorCode.AlreadyExists);
        _libxl.Domains[0].Dying = true;
        Create().Error!.Code.ShouldBe(XenErrorCode.AlreadyExists);
        _libxl.Domains.Count.ShouldBe(1);
    }

    [Fact]
    public void A_name_that_is_taken_is_refused_by_name()
    {
        _libxl.AddByHand(Guid.NewGuid(), _domain.XenName);
        var error = Create().Error!;
        error.Code.ShouldBe(XenErrorCode.AlreadyExists);
        error.Message.ShouldContain(_domain.XenName);
        Intents.Read(_domain.Uuid).ShouldBeNull();
    }

    [Fact]
    public void Too_little_memory_is_said_with_both_numbers_before_anything_is_made()
    {
        _libxl.FreePages = 1024 + (100 * 256);
        var error = Create().Error!;
        error.Code.ShouldBe(XenErrorCode.NotEnoughMemory);
        error.Message.ShouldContain("192 MiB");
        error.Message.ShouldContain("100 MiB free");
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_type_that_the_hypervisor_can_t_run_is_said_before_anything_is_made()
    {
        _libxl.RunsPv = false;
        var domain = Domains.Desired(DomainType.Pv);
        var error = Serve(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain))).Error!;
        error.Code.ShouldBe(XenErrorCode.NotSupported);
        _libxl.Calls.ShouldBeEmpty();
        Intents.Read(domain.Uuid).ShouldBeNull();
    }

    [Fact]
    public void A_create_that_libxl_refuses_leaves_no_intent_and_opens_the_context_anew()
    {
        _libxl.Failure = ("create", -3);
        var error = Create().Error!;
        error.Code.ShouldBeNull();
        error.Result.ShouldBe(-3);
        Intents.Read(_domain.Uuid).ShouldBeNull();
        _libxl.Reopened.ShouldBe(1);
    }

    [Fact]
    public void After_a_failed_create_loop_devices_that_its_scripts_have_left_are_looked_for_under_their_lock()
    {
        var loop = Directory.CreateDirectory(Path.Combine(_bed.Folder, "loop0", "loop"));
        File.WriteAllText(Path.Combine(loop.FullName, "backing_file"), Domains.Disk().Path + "\n");
        _libxl.Failure = ("create", -3);
        var mark = Domains.Mark(_domain) with { Devices = [DeviceMark.Of(Domains.Disk(), Noon)] };
        Serve(new CreateRequest(DomainConfiguration.ToJson(_domain, _domain.Boot), mark)).Error.ShouldNotBeNull();
        File.Exists(Path.Combine(_bed.Folder, "block")).ShouldBeTrue();
    }

    [Fact]
    public void A_failed_create_that_left_a_domain_behind_keeps_its_intent()
    {
        _libxl.Failure = ("name", -3);
        Create().Error.ShouldNotBeNull();
        Seen().Ownership.ShouldBe(DomainOwnership.HalfMade);
    }

    [Fact]
    public void While_another_process_is_at_work_nothing_is_done_and_it_is_said()
    {
        var domain = CreateDomain();
        using (Locks.TryAcquire(_domain.Uuid))
        {
            Observe().Busy.ShouldBeTrue();
            Seen().OperationInProgress.ShouldBeTrue();
            var calls = _libxl.Calls.Count;
            Serve(new DestroyRequest(domain)).Error!.Code.ShouldBe(XenErrorCode.Stale);
            _libxl.Calls.Count.ShouldBe(calls);
        }
        Observe().Busy.ShouldBeFalse();
        Seen().OperationInProgress.ShouldBeFalse();
    }

    [Fact]
    public void Doing_what_is_done_already_does_nothing()
    {
        var domain = CreateAndRun();
        var calls = _libxl.Calls.Count;
        Serve(new UnpauseRequest(domain, Noon)).Error.ShouldBeNull();
        _libxl.Calls.Count.ShouldBe(calls);
        Serve(new PauseRequest(domain)).Error.ShouldBeNull();
        Serve(new PauseRequest(domain)).Error.ShouldBeNull();
        _libxl.Calls.Count.ShouldBe(calls + 1);
        Serve(new DestroyRequest(domain)).Error.ShouldBeNull();
        Serve(new DestroyRequest(domain)).Error.ShouldBeNull();
    }

    [Fact]
    public void The_first_start_and_the_first_request_are_kept()
    {
        var domain = CreateAndRun();
        Serve(new PauseRequest(domain));
        Serve(new UnpauseRequest(domain, Noon.AddHours(1)));
        Seen().Mark!.StartedAt.ShouldBe(Noon);

        Serve(new ShutdownRequest(domain, Noon)).Error.ShouldBeNull();
        Serve(new ShutdownRequest(domain, Noon.AddHours(1))).Error.ShouldBeNull();
        Seen().Mark!.ShutdownRequestedAt.ShouldBe(Noon);
        Seen().Mark!.ShutdownAskedAt.ShouldBe(Noon.AddHours(1));
        _libxl.Calls.Count(call => call.StartsWith("request", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void A_guest_that_cant_be_asked_has_its_grace_period_all_the_same_and_is_asked_again()
    {
        var domain = CreateAndRun();
        _libxl.GuestListens = false;
        Serve(new ShutdownRequest(domain, Noon)).Error!.Code.ShouldBe(XenErrorCode.NotSupported);
        Seen().Mark.ShouldBe(Seen().Mark! with { ShutdownRequestedAt = Noon, ShutdownAskedAt = Noon, ShutdownRefused = true });

        _libxl.GuestListens = true;
        Serve(new ShutdownRequest(domain, Noon.AddSeconds(1))).Error.ShouldBeNull();
        Seen().Mark.ShouldBe(Seen().Mark! with { ShutdownRequestedAt = Noon, ShutdownAskedAt = Noon.AddSeconds(1), ShutdownRefused = false });
        _libxl.Find(domain.Domid)!.Asked.ShouldBeTrue();
    }

    [Fact]
    public void A_request_that_is_withdrawn_is_struck_from_the_mark()
    {
        var domain = CreateAndRun();
        Serve(new ShutdownRequest(domain, Noon));
        Serve(new WithdrawShutdownRequest(domain)).Error.ShouldBeNull();
        Seen().Mark!.ShutdownRequestedAt.ShouldBeNull();
        Seen().Mark!.ShutdownWithdrawn.ShouldBeTrue();
    }

    [Theory]
    [InlineData("poweroff", ShutdownReason.Poweroff)]
    [InlineData("reboot", ShutdownReason.Reboot)]
    [InlineData("suspend", ShutdownReason.Suspend)]
    [InlineData("crash", ShutdownReason.Crash)]
    [InlineData("watchdog", ShutdownReason.Watchdog)]
    [InlineData("soft_reset", ShutdownReason.SoftReset)]
    [InlineData("something new", ShutdownReason.Unknown)]
    public void A_domain_that_ended_shows_why_and_is_not_started_again(string name, ShutdownReason reason)
    {
        var domain = CreateAndRun();
        _libxl.Find(domain.Domid)!.ShutdownReason = name;
        Seen().State.ShouldBe(RunState.ShutDown);
        Seen().ShutdownReason.ShouldBe(reason);
        Serve(new UnpauseRequest(domain, Noon)).Error!.Code.ShouldBe(XenErrorCode.Stale);
        Serve(new PauseRequest(domain)).Error!.Code.ShouldBe(XenErrorCode.Stale);
    }

    [Fact]
    public void The_host_is_described_in_KiB()
    {
        var host = Serve(new DescribeRequest()).Host!;
        (host.XenVersion, host.RunsHvm, host.RunsPv, host.Cpus, host.NumaNodes).ShouldBe(("4.17.7", true, true, 4, 2));
        (host.TotalMemoryKiB, host.FreeMemoryKiB).ShouldBe((8 * 1024 * 1024, ((1 << 20) - 1024) * 4));
        host.Numa.ShouldBe([new NumaNode(0, 6 << 20, 2), new NumaNode(1, 2 << 20, 2)]);
        host.Capabilities.ShouldBe(["hap", "iommu"]);
        host.CpuFeatures.ShouldBe("178c3bff:f6d8320b:00000000:ffffffff");
    }

    [Fact]
    public void One_domain_can_be_looked_at_by_its_domid_and_all_are_listed()
    {
        CreateDomain();
        var other = _libxl.AddByHand(Guid.NewGuid(), "by-hand");
        var report = Serve(new ObserveRequest { Domid = other.Domid }).Domains!;
        report.All.Count.ShouldBe(2);
        report.Details.ShouldHaveSingleItem().Uuid.ShouldBe(other.Uuid);
        Serve(new ObserveRequest()).Domains!.Details.Count.ShouldBe(2);
    }

    public void Dispose() => _bed.Dispose();

    private Intents Intents => new(Path.Combine(_bed.Folder, "state"), "boot");

    private OperationLocks Locks => new(_bed.LockDirectory);

    private WorkerReply Serve(WorkerRequest request) => new OperationTable(_libxl, _libxl, new LoopDevices(_libxl, _bed.Folder, Path.Combine(_bed.Folder, "block")), new FakeNetwork().Ports, Intents, Locks).Serve(request);

    private WorkerReply Create() => Serve(new CreateRequest(DomainConfiguration.ToJson(_domain, _domain.Boot), Domains.Mark(_domain)));

    private DomainRef CreateDomain() => new(_domain.Uuid, Create().Domid!.Value);

    private DomainRef CreateAndRun()
    {
        var domain = CreateDomain();
        Serve(new UnpauseRequest(domain, Noon)).Error.ShouldBeNull();
        return domain;
    }

    private DomainsReport Observe() => Serve(new ObserveRequest { Uuid = _domain.Uuid }).Domains!;

    private ObservedDomain Seen() => Observe().Details.ShouldHaveSingleItem();

    private int CountSteps(Action act)
    {
        Clear();
        act();
        var steps = _libxl.Calls.Count;
        Clear();
        return steps;
    }

    private void Clear()
    {
        _libxl.EndAt = null;
        _libxl.Domains.Clear();
        _libxl.Calls.Clear();
        Intents.Remove(_domain.Uuid);
    }
}
