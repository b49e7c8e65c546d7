using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Events;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Domains;

public sealed class DomainPassTests
{
    [Fact]
    public async Task A_new_domain_is_created_started_and_ready()
    {
        await using var rig = new PassRig();

        await rig.SettleAsync();

        var seen = (await rig.SeenAsync())!;
        seen.State.ShouldBe(RunState.Running);
        rig.Ready.Status.ShouldBe(ConditionStatus.True);
        rig.Ready.Reason.ShouldBe(ReadyCondition.Running);
        rig.Entity.Status!.PowerState.ShouldBe(PowerStates.Running);
        rig.Entity.Status.Domid.ShouldBe(seen.Domid);
        rig.Entity.Status.ObservedGeneration.ShouldBe(1);
        rig.Entity.Status.AllowedOperations.ShouldBe(["Pause", "CleanShutdown", "HardShutdown"]);
        rig.Edges.Select(e => e.Reason).ShouldBe(["Started"]);
    }

    [Fact]
    public async Task A_second_pass_over_a_converged_domain_does_nothing()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();
        var seen = await rig.SeenAsync();

        var again = await rig.PassAsync();

        again.Execution.ShouldBeNull();
        again.LookAgainAfter.ShouldBeNull();
        (await rig.SeenAsync())!.Ref.ShouldBe(seen!.Ref);
        rig.Edges.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Pause_and_unpause_follow_the_spec()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();

        rig.SetPower(PowerState.Paused);
        await rig.SettleAsync();
        (await rig.SeenAsync())!.State.ShouldBe(RunState.Paused);
        rig.Ready.Reason.ShouldBe(ReadyCondition.Paused);

        rig.SetPower(PowerState.Running);
        await rig.SettleAsync();
        (await rig.SeenAsync())!.State.ShouldBe(RunState.Running);
        rig.Edges.Select(e => e.Reason).ShouldBe(["Started", "Paused", "Unpaused"]);
    }

    [Fact]
    public async Task Halted_shuts_the_guest_down_cleanly_and_says_so()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();

        rig.SetPower(PowerState.Halted);
        await rig.PassAsync();
        rig.Ready.Reason.ShouldBe(ReadyCondition.ShuttingDown);
        rig.Entity.Status!.PowerState.ShouldBe(PowerStates.ShuttingDown);
        rig.Entity.Status.CurrentOperations!.Single().Name.ShouldBe("CleanShutdown");
        rig.Entity.Status.CurrentOperations!.Single().Deadline.ShouldNotBeNull();

        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await rig.SettleAsync();
        (await rig.SeenAsync()).ShouldBeNull();
        rig.Ready.Status.ShouldBe(ConditionStatus.True);
        rig.Ready.Reason.ShouldBe(ReadyCondition.Halted);
        rig.Entity.Status!.LastShutdown!.Method.ShouldBe(ShutdownRecord.Clean);
        rig.Edges.ShouldContain(e => e.Reason == "ShutDown" && e.Type == EventType.Normal);
    }

    [Fact]
    public async Task A_guest_that_ignores_its_shutdown_is_forced_off_only_after_its_grace_period_and_status_and_event_say_so()
    {
        await using var rig = await StubbornAsync(gracePeriodSeconds: 30);

        rig.SetPower(PowerState.Halted);
        await rig.PassAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(29));
        await rig.PassAsync();
        (await rig.SeenAsync())!.State.ShouldBe(RunState.Running);

        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.SettleAsync();
        (await rig.SeenAsync()).ShouldBeNull();
        rig.Entity.Status!.LastShutdown!.Method.ShouldBe(ShutdownRecord.Forced);
        rig.Edges.ShouldContain(e => e.Reason == "ShutdownForced" && e.Type == EventType.Warning);
        // Before it was done, the status said that it was about to be.
        rig.Written.ShouldContain(s => s.CurrentOperations != null && s.CurrentOperations.Any(o => o.Name == DomainStatusMapping.HardShutdown) && s.Domid != null);
    }

    [Fact]
    public async Task A_guest_that_forgot_the_request_in_its_boot_is_asked_again_and_the_deadline_in_the_status_stays()
    {
        await using var rig = new PassRig(new SimulatedHostOptions
        {
            Guest = new GuestBehavior { Shutdown = ShutdownAnswer.ForgetInBoot, Boot = TimeSpan.FromSeconds(5), AckDelay = TimeSpan.FromMilliseconds(10) },
        });
        await rig.SettleAsync();

        rig.SetPower(PowerState.Halted);
        await rig.PassAsync();
        var deadline = rig.Entity.Status!.CurrentOperations!.Single().Deadline;
        rig.Time.Advance(TimeSpan.FromSeconds(16));
        await rig.PassAsync();
        rig.Entity.Status!.CurrentOperations!.Single().Deadline.ShouldBe(deadline);
        rig.Edges.Select(e => e.Reason).ShouldContain("ShutdownRequestedAgain");

        await rig.SettleAsync();
        (await rig.SeenAsync()).ShouldBeNull();
        rig.Entity.Status!.LastShutdown!.Method.ShouldBe(ShutdownRecord.Clean);
    }

    [Fact]
    public async Task A_shutdown_that_was_forced_before_a_crash_is_still_told_afterwards()
    {
        await using var rig = await StubbornAsync(gracePeriodSeconds: 5);
        rig.SetPower(PowerState.Halted);
        await rig.PassAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        rig.Host.Faults.Add(new Fault(FaultKind.Die) { Operation = HostOperation.Destroy, Before = FaultPoint.Answer });
        await Should.ThrowAsync<ProcessDiedException>(rig.PassAsync);
        (await rig.SeenAsync()).ShouldBeNull();

        await rig.SettleAsync();
        rig.Entity.Status!.LastShutdown!.Method.ShouldBe(ShutdownRecord.Forced);
    }

    [Fact]
    public async Task Nobody_is_forced_off_while_the_status_can_not_be_written()
    {
        await using var rig = await StubbornAsync(gracePeriodSeconds: 5);
        rig.SetPower(PowerState.Halted);
        await rig.PassAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        rig.WriteFailure = new IOException("the API server is away");
        await Should.ThrowAsync<IOException>(rig.PassAsync);
        (await rig.SeenAsync())!.State.ShouldBe(RunState.Running);
    }

    [Fact]
    public async Task Deletion_shuts_down_cleanly_and_ends_with_nothing_left()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();

        rig.Delete();
        await rig.PassAsync();
        rig.Ready.Reason.ShouldBe(ReadyCondition.ShuttingDown);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        var end = await rig.SettleAsync();

        end.Findings.Observed!.Domains.ShouldBeEmpty();
        end.Findings.Plan!.IsConverged.ShouldBeTrue();
    }

    [Fact]
    public async Task Deletion_works_with_a_spec_that_is_not_valid()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();
        rig.Change(s => s with { Memory = new MemorySpec { Size = "0" } });
        rig.Delete();
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        await rig.PassAsync();
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        (await rig.SettleAsync()).Findings.Observed!.Domains.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_spec_that_becomes_invalid_leaves_the_guest_alone_and_names_field_value_and_remedy()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();
        var seen = await rig.SeenAsync();

        rig.Change(s => s with { Cpu = new CpuSpec { Vcpus = 65 }, PowerState = PowerState.Halted });
        await rig.SettleAsync();

        (await rig.SeenAsync())!.Ref.ShouldBe(seen!.Ref);
        (await rig.SeenAsync())!.State.ShouldBe(RunState.Running);
        rig.Ready.Reason.ShouldBe(ReadyCondition.InvalidSpec);
        rig.Ready.Message!.ShouldContain("spec.cpu.vcpus");
        rig.Ready.Message!.ShouldContain("65");
        rig.Ready.Message!.ShouldContain("1 to 64");
    }

    [Fact]
    public async Task A_missing_kernel_is_named_and_the_domain_starts_when_it_comes()
    {
        await using var rig = new PassRig();
        rig.Host.Files.Remove("/boot/vmlinuz");

        var pass = await rig.PassAsync();
        rig.Ready.Reason.ShouldBe(ReadyCondition.FileNotUsable);
        rig.Ready.Message!.ShouldContain("spec.boot.kernel");
        rig.Ready.Message!.ShouldContain("/boot/vmlinuz");
        pass.LookAgainAfter.ShouldNotBeNull();
        rig.Edges.Single().Type.ShouldBe(EventType.Warning);

        rig.Host.Files.Restore("/boot/vmlinuz");
        await rig.SettleAsync();
        rig.Ready.Reason.ShouldBe(ReadyCondition.Running);
    }

    [Fact]
    public async Task A_name_clash_with_a_foreign_domain_is_a_clear_condition_and_the_foreign_domain_is_not_touched()
    {
        await using var rig = new PassRig();
        var foreign = rig.Host.ByHand.Create("shop.web");

        await rig.PassAsync();

        rig.Ready.Reason.ShouldBe(ReadyCondition.NameConflict);
        rig.Ready.Message!.ShouldContain("shop.web");
        (await rig.SeenAsync()).ShouldBeNull();
        (await rig.Host.ObserveAllAsync(CancellationToken.None)).Single().Domid.ShouldBe(foreign);

        rig.Host.ByHand.Destroy(foreign);
        await rig.SettleAsync();
        rig.Ready.Reason.ShouldBe(ReadyCondition.Running);
    }

    [Fact]
    public async Task A_host_that_can_not_be_asked_makes_the_state_unknown_and_not_halted()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();

        rig.Host.Faults.Add(new Fault(FaultKind.Fail) { Operation = HostOperation.Observe, Code = XenErrorCode.Unavailable });
        var result = await rig.PassAsync();

        result.Failure.ShouldNotBeNull();
        rig.Ready.Status.ShouldBe(ConditionStatus.Unknown);
        rig.Ready.Reason.ShouldBe(ReadyCondition.HostUnavailable);
        rig.Entity.Status!.PowerState.ShouldBe(PowerStates.Unknown);
        rig.Entity.Status.Domid.ShouldBeNull();
    }

    [Fact]
    public async Task A_create_that_fails_is_told_with_its_cause_and_tried_again()
    {
        await using var rig = new PassRig();
        rig.Host.Faults.Add(new Fault(FaultKind.Fail) { Operation = HostOperation.CreatePaused, Code = XenErrorCode.InvalidConfiguration });

        var first = await rig.PassAsync();
        first.Failure.ShouldNotBeNull().Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        rig.Ready.Reason.ShouldBe(ReadyCondition.InvalidConfiguration);

        await rig.SettleAsync();
        rig.Ready.Reason.ShouldBe(ReadyCondition.Running);
    }

    [Fact]
    public async Task A_guest_that_powers_off_by_itself_stays_down_with_restart_policy_Never_until_it_was_halted_once()
    {
        await using var rig = new PassRig();
        rig.Change(s => s with { RestartPolicy = Api.Domains.RestartPolicy.Never });
        await rig.SettleAsync();
        rig.Host.ByHand.End((await rig.SeenAsync())!.Domid, ShutdownReason.Poweroff);

        await rig.SettleAsync();
        (await rig.SeenAsync()).ShouldBeNull();
        rig.Ready.Reason.ShouldBe(ReadyCondition.Ended);
        rig.Entity.Status!.LastExit!.Reason.ShouldBe("Poweroff");
        rig.Edges.ShouldContain(e => e.Reason == "GuestPoweredOff");

        rig.SetPower(PowerState.Halted);
        await rig.SettleAsync();
        rig.SetPower(PowerState.Running);
        await rig.SettleAsync();
        (await rig.SeenAsync())!.State.ShouldBe(RunState.Running);
    }

    [Fact]
    public async Task The_end_of_a_guest_is_in_the_status_before_its_remains_are_cleared_away()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();
        rig.Host.ByHand.End((await rig.SeenAsync())!.Domid, ShutdownReason.Crash);

        rig.WriteFailure = new IOException("the API server is away");
        await Should.ThrowAsync<IOException>(rig.PassAsync);
        (await rig.SeenAsync())!.ShutdownReason.ShouldBe(ShutdownReason.Crash);

        await rig.PassAsync();
        rig.Written.First(s => s.LastExit is not null).LastExit!.Reason.ShouldBe("Crash");
    }

    [Fact]
    public async Task What_takes_effect_at_the_next_start_is_named_and_the_condition_goes_when_the_spec_goes_back()
    {
        await using var rig = new PassRig();
        await rig.SettleAsync();

        rig.Change(s => s with { Type = Api.Domains.DomainType.PV, Memory = new MemorySpec { Size = "256Mi" } });
        await rig.SettleAsync();
        var condition = rig.Entity.Status!.Conditions.Find(RestartRequiredCondition.Type)!;
        condition.Status.ShouldBe(ConditionStatus.True);
        condition.Message.ShouldBe("Takes effect at the next start: type (PVH -> PV), memory.size (128Mi -> 256Mi).");
        rig.Ready.Status.ShouldBe(ConditionStatus.True);

        rig.Change(s => s with { Type = Api.Domains.DomainType.PVH, Memory = new MemorySpec { Size = "128Mi" } });
        await rig.SettleAsync();
        rig.Entity.Status!.Conditions.Find(RestartRequiredCondition.Type)!.Status.ShouldBe(ConditionStatus.False);
    }

    [Theory]
    [InlineData(FaultKind.Die)]
    [InlineData(FaultKind.DieAlone)]
    public async Task An_agent_that_dies_anywhere_in_a_create_leaves_one_running_domain_in_the_end(FaultKind kind)
    {
        for (var point = 0; point < 12; point++)
        {
            await using var rig = new PassRig();
            rig.Host.Faults.Add(new Fault(kind) { Operation = HostOperation.CreatePaused, Skip = point });
            try
            {
                await rig.PassAsync();
            }
            catch (ProcessDiedException)
            {
                // The next process goes on with the same host and the same status.
            }

            await rig.SettleAsync();
            (await rig.Host.ObserveAllAsync(CancellationToken.None)).Count.ShouldBe(1, $"at point {point}");
            rig.Ready.Reason.ShouldBe(ReadyCondition.Running);
        }
    }

    /// <summary>A running guest that does not follow a request to power off.</summary>
    private static async Task<PassRig> StubbornAsync(int gracePeriodSeconds)
    {
        var rig = new PassRig(new SimulatedHostOptions { Guest = new GuestBehavior { Shutdown = ShutdownAnswer.Ignore } });
        rig.Change(s => s with { Shutdown = new ShutdownSpec { GracePeriodSeconds = gracePeriodSeconds } });
        await rig.SettleAsync();
        return rig;
    }
}
