using Reconciler.Testing;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Execution;

public sealed class ExecutorTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly Recorder _recorder = new();
    private readonly SimulatedHost _host;
    private readonly Executor _executor;
    private readonly DesiredDomain _desired = A.Desired();

    public ExecutorTests()
    {
        _host = new SimulatedHost(new SimulatedHostOptions { Teardown = TimeSpan.FromSeconds(1) }, _time);
        _executor = new Executor(_host, _time, _recorder);
    }

    private static Plan CreateAndRun(DesiredDomain desired) => new([new Step.CreatePaused(desired), new Step.Unpause(null)]);

    [Fact]
    public async Task Steps_are_done_in_order_and_the_new_domid_is_passed_on()
    {
        var result = await ExecuteAsync(CreateAndRun(_desired));
        result.Completed.ShouldBeTrue();
        result.CreatedDomid.ShouldBe(1);
        result.Done.Select(s => s.Name).ShouldBe(["CreatePaused", "Unpause"]);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
        _recorder.Lines.ShouldBe(["CreatePaused", "CreatePaused: done", "Unpause", "Unpause: done"]);
    }

    [Fact]
    public async Task The_first_failure_stops_the_plan_and_nothing_is_rolled_back()
    {
        _host.Faults.Add(new Fault(FaultKind.Fail) { Operation = HostOperation.Unpause, Code = XenErrorCode.Timeout });
        var result = await ExecuteAsync(CreateAndRun(_desired));
        result.Completed.ShouldBeFalse();
        result.Stopped.ShouldBeOfType<Step.Unpause>();
        result.StopReason.ShouldBe(StopReason.Failed);
        result.Error.ShouldNotBeNull().Code.ShouldBe(XenErrorCode.Timeout);
        result.Done.ShouldHaveSingleItem().ShouldBeOfType<Step.CreatePaused>();
        (await SeeAsync()).State.ShouldBe(RunState.Paused);
        _recorder.Lines[^1].ShouldBe("Unpause: Failed");
    }

    [Fact]
    public async Task Semantics_39_Cancellation_is_honoured_between_steps_and_the_one_that_has_begun_is_finished()
    {
        using var stop = new CancellationTokenSource();
        _host.Faults.Passing = point =>
        {
            if (point is { Operation: HostOperation.CreatePaused, MicroStep: "domain" })
                stop.Cancel();
        };
        var result = await _executor.ExecuteAsync(_desired.Key, CreateAndRun(_desired), stop.Token);
        result.StopReason.ShouldBe(StopReason.Cancelled);
        result.Stopped.ShouldBeOfType<Step.Unpause>();
        result.CreatedDomid.ShouldBe(1);
        (await SeeAsync()).Ownership.ShouldBe(DomainOwnership.Ours);
    }

    [Fact]
    public async Task The_next_life_is_not_begun_while_the_last_one_is_torn_down()
    {
        var first = await RunningAsync();
        _host.ByHand.End(first.Domid, ShutdownReason.Reboot);
        var result = await ExecuteAsync(new Plan([new Step.Destroy(first, DestroyCause.Remains), .. CreateAndRun(_desired).Steps]));
        result.StopReason.ShouldBe(StopReason.NoLongerApplies);
        result.Stopped.ShouldBeOfType<Step.CreatePaused>();
        result.Objection.ShouldNotBeNull().ShouldContain("torn down");
        result.Done.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_domain_that_was_let_run_meanwhile_is_not_destroyed_for_never_having_run()
    {
        var domain = new DomainRef(A.Uuid, await _host.CreatePausedAsync(_desired, CancellationToken.None));
        _host.ByHand.Unpause(domain.Domid);
        var result = await ExecuteAsync(new Plan([new Step.Destroy(domain, DestroyCause.NeverRan)]));
        result.StopReason.ShouldBe(StopReason.NoLongerApplies);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
    }

    [Fact]
    public async Task A_domain_of_ours_is_not_destroyed_for_being_half_made()
    {
        var domain = await RunningAsync();
        (await ExecuteAsync(new Plan([new Step.Destroy(domain, DestroyCause.HalfMade)]))).StopReason.ShouldBe(StopReason.NoLongerApplies);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
    }

    [Fact]
    public async Task What_is_gone_already_counts_as_destroyed() =>
        (await ExecuteAsync(new Plan([new Step.Destroy(new DomainRef(A.Uuid, 99), DestroyCause.GracePeriodExpired)]))).Completed.ShouldBeTrue();

    [Fact]
    public async Task A_domid_that_was_given_out_again_is_refused()
    {
        await RunningAsync();
        var result = await ExecuteAsync(new Plan([new Step.Pause(new DomainRef(A.Uuid, 99))]));
        result.Error.ShouldNotBeNull().Code.ShouldBe(XenErrorCode.Stale);
    }

    [Fact]
    public async Task Every_kind_of_step_reaches_the_host()
    {
        var domain = await RunningAsync();
        await ExecuteAsync(new Plan([new Step.Pause(domain)]));
        (await SeeAsync()).State.ShouldBe(RunState.Paused);
        await ExecuteAsync(new Plan([new Step.RequestShutdown(domain)]));
        (await SeeAsync()).Mark!.ShutdownRequestedAt.ShouldBe(_time.GetUtcNow());
        await ExecuteAsync(new Plan([new Step.WithdrawShutdown(domain)]));
        (await SeeAsync()).Mark!.ShutdownRequestedAt.ShouldBeNull();
        await ExecuteAsync(new Plan([new Step.Unpause(domain)]));
        (await SeeAsync()).State.ShouldBe(RunState.Running);
        await ExecuteAsync(new Plan([new Step.Destroy(domain, DestroyCause.GracePeriodExpired)]));
        (await SeeAsync()).State.ShouldBe(RunState.Dying);
    }

    [Fact]
    public async Task Every_kind_of_step_about_devices_reaches_the_host()
    {
        var domain = await RunningAsync();
        (await ExecuteAsync(new Plan([new Step.AttachDisk(domain, A.Disk()), new Step.AttachNic(domain, A.Nic())]))).Completed.ShouldBeTrue();
        (await SeeAsync()).Devices.ShouldAllBe(d => d.Frontend == XenbusState.Connected);
        (await ExecuteAsync(new Plan([new Step.RequestDetach(domain, A.Disk().Ref), new Step.RequestDetach(domain, A.Nic().Ref)]))).Completed.ShouldBeTrue();
        (await SeeAsync()).Devices.ShouldAllBe(d => d.Frontend == XenbusState.Closed);
        (await ExecuteAsync(new Plan([new Step.Detach(domain, A.Disk().Ref, DetachCause.Closed), new Step.Detach(domain, A.Nic().Ref, DetachCause.Closed)]))).Completed.ShouldBeTrue();
        (await SeeAsync()).Devices.ShouldBeEmpty();
    }

    [Fact]
    public void Steps_about_different_devices_run_side_by_side_and_what_follows_them_after_all_of_them() => VirtualLoop.Run(async time =>
    {
        await using var slow = new SimulatedHost(new SimulatedHostOptions
        {
            Latency = o => o is HostOperation.AttachDisk or HostOperation.AttachNic or HostOperation.Unpause ? TimeSpan.FromSeconds(3) : TimeSpan.Zero,
        }, time);
        var domain = new DomainRef(A.Uuid, await slow.CreatePausedAsync(_desired, CancellationToken.None));
        var plan = new Plan([new Step.AttachDisk(domain, A.Disk()), new Step.AttachDisk(domain, A.Disk("xvdb")), new Step.AttachNic(domain, A.Nic()), new Step.Unpause(domain)]);
        var result = await new Executor(slow, time, _recorder).ExecuteAsync(_desired.Key, plan, CancellationToken.None);
        result.Done.ShouldBe(plan.Steps);
        time.Elapsed.ShouldBe(TimeSpan.FromSeconds(6));
        _recorder.Lines.Take(3).ShouldBe(["AttachDisk", "AttachDisk", "AttachNic"]);
        _recorder.Durations.ShouldAllBe(d => d == TimeSpan.FromSeconds(3));
    });

    [Fact]
    public async Task The_failure_of_one_device_does_not_stop_the_others_but_what_comes_after_them()
    {
        var domain = new DomainRef(A.Uuid, await _host.CreatePausedAsync(_desired, CancellationToken.None));
        _host.Files.Remove(A.Disk().Path);
        _host.Files.Remove($"/sys/class/net/{A.Nic().Bridge}");
        var result = await ExecuteAsync(new Plan(
            [new Step.AttachDisk(domain, A.Disk()), new Step.AttachDisk(domain, A.Disk("xvdb")), new Step.AttachNic(domain, A.Nic()), new Step.Unpause(domain)]));
        result.Stopped.ShouldBe(new Step.AttachDisk(domain, A.Disk()));
        result.Error.ShouldNotBeNull().Detail.ShouldContain(A.Disk().Path);
        result.Done.ShouldHaveSingleItem().ShouldBe(new Step.AttachDisk(domain, A.Disk("xvdb")));
        (await SeeAsync()).ShouldSatisfyAllConditions(
            d => d.State.ShouldBe(RunState.Paused), d => d.Devices.ShouldHaveSingleItem().Ref.ShouldBe(A.Disk("xvdb").Ref));
        _recorder.Lines.ShouldBe(["AttachDisk", "AttachDisk: Failed", "AttachDisk", "AttachDisk: done", "AttachNic", "AttachNic: Failed"]);
    }

    [Fact]
    public void A_step_that_has_not_begun_when_others_have_taken_long_waits_until_that_was_told() => VirtualLoop.Run(async time =>
    {
        await using var slow = new SimulatedHost(OneByOne(TimeSpan.FromSeconds(6)), time);
        var domain = new DomainRef(A.Uuid, await slow.CreatePausedAsync(_desired, CancellationToken.None));
        var plan = new Plan([new Step.AttachDisk(domain, A.Disk()), new Step.AttachDisk(domain, A.Disk("xvdb")), new Step.AttachNic(domain, A.Nic()), new Step.Unpause(domain)]);
        var result = await new Executor(slow, time, _recorder).ExecuteAsync(_desired.Key, plan, CancellationToken.None);
        result.Done.ShouldBe(plan.Steps.Take(2));
        (result.Stopped, result.StopReason, result.HasPostponed).ShouldBe((plan.Steps[2], StopReason.Postponed, true));
        time.Elapsed.ShouldBe(TimeSpan.FromSeconds(12));
        _recorder.Lines.Skip(3).ShouldBe(["AttachDisk: done", "AttachNic: Postponed", "AttachDisk: done"]);
    });

    [Fact]
    public void A_step_that_takes_longer_than_the_turn_lets_one_other_begin() => VirtualLoop.Run(async time =>
    {
        await using var slow = new SimulatedHost(OneByOne(TimeSpan.FromSeconds(60)), time);
        var domain = new DomainRef(A.Uuid, await slow.CreatePausedAsync(_desired, CancellationToken.None));
        var plan = new Plan([new Step.AttachDisk(domain, A.Disk()), new Step.AttachDisk(domain, A.Disk("xvdb")), new Step.AttachNic(domain, A.Nic())]);
        var result = await new Executor(slow, time, _recorder).ExecuteAsync(_desired.Key, plan, CancellationToken.None);
        result.Done.ShouldBe(plan.Steps.Take(2));
        result.HasPostponed.ShouldBeTrue();
    });

    [Fact]
    public void A_failure_is_told_before_a_step_that_was_put_off() => VirtualLoop.Run(async time =>
    {
        await using var slow = new SimulatedHost(OneByOne(TimeSpan.FromSeconds(11)), time);
        var domain = new DomainRef(A.Uuid, await slow.CreatePausedAsync(_desired, CancellationToken.None));
        var plan = new Plan([new Step.AttachNic(domain, A.Nic()), new Step.AttachNic(domain, A.Nic(1)), new Step.AttachNic(domain, A.Nic(2))]);
        slow.Faults.Add(new Fault(FaultKind.Fail) { Operation = HostOperation.AttachNic, Skip = 1, Code = XenErrorCode.Timeout });
        var result = await new Executor(slow, time, _recorder).ExecuteAsync(_desired.Key, plan, CancellationToken.None);
        (result.StopReason, result.Error?.Code, result.HasPostponed).ShouldBe((StopReason.Failed, XenErrorCode.Timeout, true));
    });

    private static SimulatedHostOptions OneByOne(TimeSpan each) => new()
    {
        Latency = o => o is HostOperation.AttachDisk or HostOperation.AttachNic ? each : TimeSpan.Zero,
        LongOperationsAtOnce = 1,
    };

    [Fact]
    public async Task What_was_planned_upon_a_device_is_looked_at_again()
    {
        var domain = await RunningAsync();
        await ExecuteAsync(new Plan([new Step.AttachDisk(domain, A.Disk())]));
        foreach (var (cause, word) in new[] { (DetachCause.Closed, "taken the device up again"), (DetachCause.HalfMade, "completed meanwhile"), (DetachCause.TimeoutExpired, "not asked") })
        {
            var result = await ExecuteAsync(new Plan([new Step.Unpause(domain), new Step.Detach(domain, A.Disk().Ref, cause)]));
            result.StopReason.ShouldBe(StopReason.NoLongerApplies);
            result.Objection.ShouldNotBeNull().ShouldContain(word);
        }
        (await SeeAsync()).Devices.ShouldHaveSingleItem().Frontend.ShouldBe(XenbusState.Connected);
    }

    [Theory]
    [InlineData(DetachCause.Closed)]
    [InlineData(DetachCause.HalfMade)]
    public async Task Only_a_timeout_takes_a_device_by_force(DetachCause cause)
    {
        var domain = await RunningAsync();
        await ExecuteAsync(new Plan([new Step.AttachDisk(domain, A.Disk())]));
        (await ExecuteAsync(new Plan([new Step.Detach(domain, A.Disk().Ref, cause)]))).Error.ShouldNotBeNull().Code.ShouldBe(XenErrorCode.DeviceBusy);
        await ExecuteAsync(new Plan([new Step.Pause(domain), new Step.RequestDetach(domain, A.Disk().Ref), new Step.Detach(domain, A.Disk().Ref, DetachCause.TimeoutExpired)]));
        (await SeeAsync()).Devices.ShouldBeEmpty();
    }

    [Fact]
    public void The_observer_is_told_how_long_a_step_took() => VirtualLoop.Run(async time =>
    {
        await using var slow = new SimulatedHost(new SimulatedHostOptions { Latency = _ => TimeSpan.FromSeconds(6) }, time);
        await new Executor(slow, time, _recorder).ExecuteAsync(_desired.Key, new Plan([new Step.CreatePaused(_desired)]), CancellationToken.None);
        _recorder.Durations.ShouldHaveSingleItem().ShouldBe(TimeSpan.FromSeconds(6));
    });

    [Fact]
    public async Task A_broken_assumption_is_not_taken_for_a_failure_of_the_host() =>
        await Should.ThrowAsync<InvalidOperationException>(() => ExecuteAsync(new Plan([new Step.Unpause(null)])));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private Task<ExecutionResult> ExecuteAsync(Plan plan) => _executor.ExecuteAsync(_desired.Key, plan, CancellationToken.None);

    private async Task<DomainRef> RunningAsync()
    {
        var result = await ExecuteAsync(CreateAndRun(_desired));
        return new DomainRef(A.Uuid, result.CreatedDomid!.Value);
    }

    private async Task<ObservedDomain> SeeAsync() => (await _host.ObserveAsync(_desired.Key, CancellationToken.None)).Domains.ShouldHaveSingleItem();

    private sealed class Recorder : IStepObserver
    {
        public List<string> Lines { get; } = [];

        public List<TimeSpan> Durations { get; } = [];

        public void StepStarting(DomainKey key, Step step) => Lines.Add(step.Name);

        public void StepEnded(DomainKey key, Step step, StepOutcome outcome)
        {
            Lines.Add($"{step.Name}: {outcome.StopReason?.ToString() ?? "done"}");
            Durations.Add(outcome.Duration);
        }
    }
}
