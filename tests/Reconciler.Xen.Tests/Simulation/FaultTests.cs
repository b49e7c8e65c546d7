using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

public sealed class FaultTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SimulatedHost _host;

    public FaultTests() => _host = new SimulatedHost(new SimulatedHostOptions { Teardown = TimeSpan.FromSeconds(2) }, _time);

    [Fact]
    public async Task A_call_can_fail_before_it_acts()
    {
        _host.Faults.Add(new Fault(FaultKind.Fail) { Operation = HostOperation.CreatePaused, Before = "intent", Code = XenErrorCode.Unavailable });
        (await FailsAsync(CreateAsync)).Code.ShouldBe(XenErrorCode.Unavailable);
        (await ObserveAsync()).Domains.ShouldBeEmpty();
        await CreateAsync(); // a fault happens once
    }

    [Fact]
    public async Task A_call_can_fail_after_it_acted()
    {
        _host.Faults.Add(new Fault(FaultKind.Fail) { Before = FaultPoint.Answer });
        await FailsAsync(CreateAsync);
        (await ObserveAsync()).Domains.ShouldHaveSingleItem().Ownership.ShouldBe(DomainOwnership.Ours);
    }

    [Fact]
    public void A_call_can_hang_until_its_worker_is_killed() => VirtualLoop.Run(async time =>
    {
        await using var host = new SimulatedHost(new SimulatedHostOptions { OperationLimit = TimeSpan.FromSeconds(40) }, time);
        host.Faults.Add(new Fault(FaultKind.Hang) { Before = "mark" });
        var create = host.CreatePausedAsync(A.Desired(), CancellationToken.None);
        (await host.ObserveAsync(A.Desired().Key, CancellationToken.None)).OperationInProgress.ShouldBeTrue();
        (await Should.ThrowAsync<XenException>(() => create)).Code.ShouldBe(XenErrorCode.Timeout);
        time.Elapsed.ShouldBe(TimeSpan.FromSeconds(40));
        var seen = await host.ObserveAsync(A.Desired().Key, CancellationToken.None);
        seen.OperationInProgress.ShouldBeFalse();
        seen.Domains.ShouldHaveSingleItem().Ownership.ShouldBe(DomainOwnership.HalfMade);
    });

    [Fact]
    public async Task A_worker_can_be_lost()
    {
        _host.Faults.Add(new Fault(FaultKind.LoseWorker) { Before = "kernel" });
        (await FailsAsync(CreateAsync)).Code.ShouldBe(XenErrorCode.WorkerLost);
    }

    [Theory]
    [InlineData("intent", null)]
    [InlineData("domain", null)]
    [InlineData("xenstore", DomainOwnership.HalfMade)]
    [InlineData("kernel", DomainOwnership.HalfMade)]
    [InlineData("mark", DomainOwnership.HalfMade)]
    [InlineData("forget-intent", DomainOwnership.Ours)]
    [InlineData(FaultPoint.Answer, DomainOwnership.Ours)]
    public async Task What_a_death_inside_create_leaves(string before, DomainOwnership? left)
    {
        _host.Faults.Add(new Fault(FaultKind.Die) { Before = before });
        (await Should.ThrowAsync<ProcessDiedException>(CreateAsync)).Point.MicroStep.ShouldBe(before);
        var seen = (await ObserveAsync()).Domains.SingleOrDefault();
        (seen?.Ownership).ShouldBe(left);
        if (seen is null)
            return;
        seen.State.ShouldBe(RunState.Paused);
        seen.CpuTime.ShouldBe(TimeSpan.Zero);
        (seen.Mark is not null).ShouldBe(left == DomainOwnership.Ours);
        seen.OperationInProgress.ShouldBeFalse();
    }

    [Theory]
    [InlineData("intent", DomainOwnership.Ours, RunState.Running)]
    [InlineData("pause", DomainOwnership.Ours, RunState.Running)]
    [InlineData("forget", DomainOwnership.Ours, RunState.Paused)]
    [InlineData("domain", DomainOwnership.HalfMade, RunState.Paused)]
    [InlineData("forget-intent", DomainOwnership.HalfMade, RunState.Dying)]
    [InlineData(FaultPoint.Answer, DomainOwnership.Foreign, RunState.Dying)]
    public async Task What_a_death_inside_destroy_leaves(string before, DomainOwnership ownership, RunState state)
    {
        var domain = await RunAsync();
        _host.Faults.Add(new Fault(FaultKind.Die) { Operation = HostOperation.Destroy, Before = before });
        await Should.ThrowAsync<ProcessDiedException>(() => _host.DestroyAsync(domain, CancellationToken.None));
        var seen = (await ObserveAsync()).Domains.ShouldHaveSingleItem();
        seen.Ownership.ShouldBe(ownership);
        seen.State.ShouldBe(state);
    }

    [Fact]
    public async Task A_worker_can_outlive_the_process_and_do_the_rest()
    {
        _host.Faults.Add(new Fault(FaultKind.DieAlone) { Before = "kernel", Lasting = TimeSpan.FromSeconds(3) });
        await Should.ThrowAsync<ProcessDiedException>(CreateAsync);
        var seen = await ObserveAsync();
        seen.OperationInProgress.ShouldBeTrue();
        seen.Domains.ShouldHaveSingleItem().OperationInProgress.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(3));
        seen = await ObserveAsync();
        seen.OperationInProgress.ShouldBeFalse();
        seen.Domains.ShouldHaveSingleItem().Ownership.ShouldBe(DomainOwnership.Ours);
    }

    [Fact]
    public async Task A_guest_whose_start_was_cut_short_says_at_most_that_it_may_have_run()
    {
        var domain = new DomainRef(A.Uuid, await _host.CreatePausedAsync(A.Desired(), CancellationToken.None));
        _host.Faults.Add(new Fault(FaultKind.Die) { Before = "unpause" });
        await Should.ThrowAsync<ProcessDiedException>(() => _host.UnpauseAsync(domain, CancellationToken.None));
        var seen = (await ObserveAsync()).Domains.ShouldHaveSingleItem();
        seen.State.ShouldBe(RunState.Paused);
        seen.Mark!.StartedAt.ShouldNotBeNull("the other way round, a guest that runs could be taken for one that never did");
    }

    [Fact]
    public async Task A_fault_can_let_points_pass_and_be_for_one_domain_only()
    {
        _host.Faults.Add(new Fault(FaultKind.Fail) { Uuid = Guid.NewGuid() });
        _host.Faults.Add(new Fault(FaultKind.Fail) { Operation = HostOperation.CreatePaused, Uuid = A.Uuid, Skip = 4 });
        (await FailsAsync(CreateAsync)).Detail.ShouldContain("mark");
        _host.Faults.Clear();
    }

    [Fact]
    public async Task A_domain_lingers_while_it_is_torn_down_and_holds_its_memory_until_it_is_gone()
    {
        var free = await FreeAsync();
        var domain = await RunAsync();
        var used = free - await FreeAsync();
        used.ShouldBeGreaterThan(A.Desired().MemoryKiB, "overhead counts");

        await _host.DestroyAsync(domain, CancellationToken.None);
        (await ObserveAsync()).Domains.ShouldHaveSingleItem().State.ShouldBe(RunState.Dying);
        (await FreeAsync()).ShouldBe(free - used);
        (await FailsAsync(CreateAsync)).Code.ShouldBe(XenErrorCode.AlreadyExists);

        _time.Advance(TimeSpan.FromSeconds(2));
        (await ObserveAsync()).Domains.ShouldBeEmpty();
        (await FreeAsync()).ShouldBe(free);
        await CreateAsync();
    }

    [Fact]
    public async Task A_corrupt_kernel_is_found_while_building_and_what_was_made_is_torn_down()
    {
        _host.Files.Corrupt("/boot/vmlinuz");
        (await FailsAsync(CreateAsync)).Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        (await ObserveAsync()).Domains.ShouldHaveSingleItem().State.ShouldBe(RunState.Dying);
        _time.Advance(TimeSpan.FromSeconds(2));
        _host.Files.Restore("/boot/vmlinuz");
        await CreateAsync();
    }

    [Fact]
    public async Task A_command_line_that_the_simulation_does_not_understand_is_an_objection()
    {
        var desired = A.Desired() with { Boot = new DirectBoot("/boot/vmlinuz", Cmdline: "sim.crashAfter=soon") };
        var objection = (await _host.CheckAsync(desired, CancellationToken.None)).ShouldHaveSingleItem();
        objection.Field.ShouldBe("boot.cmdline");
        (await FailsAsync(() => _host.CreatePausedAsync(desired, CancellationToken.None))).Code.ShouldBe(XenErrorCode.InvalidConfiguration);
    }

    [Fact]
    public async Task A_type_that_the_hypervisor_can_t_run_is_an_objection()
    {
        await using var host = new SimulatedHost(new SimulatedHostOptions { GuestTypes = [DomainType.Pv] }, _time);
        (await host.CheckAsync(A.Desired(), CancellationToken.None)).ShouldHaveSingleItem().Reason.ShouldBe("TypeNotSupported");
        (await FailsAsync(() => host.CreatePausedAsync(A.Desired(), CancellationToken.None))).Code.ShouldBe(XenErrorCode.NotSupported);
    }

    [Fact]
    public async Task A_domain_made_by_hand_while_we_make_ours_is_not_taken_for_ours()
    {
        _host.Faults.Passing = point =>
        {
            if (point.MicroStep == "domain")
                _host.ByHand.Create("other", A.Uuid);
        };
        (await FailsAsync(CreateAsync)).Code.ShouldBe(XenErrorCode.AlreadyExists);
        (await ObserveAsync()).Domains.ShouldHaveSingleItem().Ownership.ShouldBe(DomainOwnership.Foreign);
    }

    [Fact]
    public void Latency_is_spread_over_an_operation_so_that_a_look_sees_it_half_done() => VirtualLoop.Run(async time =>
    {
        await using var host = new SimulatedHost(new SimulatedHostOptions
        {
            Latency = operation => operation == HostOperation.CreatePaused ? TimeSpan.FromSeconds(6) : TimeSpan.Zero,
        }, time);
        var create = host.CreatePausedAsync(A.Desired(), CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(3.5), time);
        var seen = await host.ObserveAsync(A.Desired().Key, CancellationToken.None);
        seen.OperationInProgress.ShouldBeTrue();
        seen.Domains.ShouldHaveSingleItem().Ownership.ShouldBe(DomainOwnership.HalfMade);
        await create;
        time.Elapsed.ShouldBe(TimeSpan.FromSeconds(6));
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private Task CreateAsync() => _host.CreatePausedAsync(A.Desired(), CancellationToken.None);

    private async Task<DomainRef> RunAsync()
    {
        var domain = new DomainRef(A.Uuid, await _host.CreatePausedAsync(A.Desired(), CancellationToken.None));
        await _host.UnpauseAsync(domain, CancellationToken.None);
        return domain;
    }

    private Task<Observation> ObserveAsync() => _host.ObserveAsync(A.Desired().Key, CancellationToken.None);

    private async Task<long> FreeAsync() => (await _host.DescribeAsync(CancellationToken.None)).FreeMemoryKiB;

    private static Task<XenException> FailsAsync(Func<Task> act) => Should.ThrowAsync<XenException>(act);
}
