using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>
/// The law: execute any prefix of any plan, crash, plan again: it converges to the same state, never by way of one that loses data or
/// runs a guest twice. <c>RECONCILER_PROPERTY_RUNS</c> sets how many histories are tried; a failure prints how to replay it.
/// </summary>
public sealed class LawTests
{
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("RECONCILER_PROPERTY_RUNS"), out var runs) ? runs : 4000;

    [Fact]
    public void Every_history_settles_at_what_is_desired() => Hold(world =>
    {
        CheckSettled(world, world.Settle());

        // A guest that was slower than its grace period may follow an order that does not stand any more.
        world.Happen(new Happening.Passed(3600));
        CheckSettled(world, world.Settle());
    });

    [Fact]
    public void A_new_agent_changes_nothing_about_a_domain_that_is_as_desired() => Hold(world =>
    {
        if (!world.Settle().IsConverged || world.Ours.Any(d => d.AcknowledgedAt is not null))
            return;
        var before = Snapshot(world);
        for (var i = 0; i < 3; i++)
        {
            world.Happen(new Happening.Passed(1 + i * 3600));
            world.Reconcile().ShouldNotBeNull().IsConverged.ShouldBeTrue();
            Snapshot(world).ShouldBe(before);
        }
    });

    private static void Hold(Action<World> law)
    {
        var property = Prop.ForAll(HistoryGen.Histories(), history =>
        {
            using var world = new World(history);
            try
            {
                foreach (var happening in history.Happenings)
                    world.Happen(happening);
                law(world);
            }
            catch (Exception e) when (e is ShouldAssertException or InvalidOperationException)
            {
                return false.Label($"{e.Message}\n    {world.Log}");
            }
            return true.ToProperty();
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(40), property);
    }

    private static (int, RunState, DateTimeOffset?)[] Snapshot(World world) =>
        [.. world.Ours.Select(d => (d.Domid, d.State, d.Mark?.StartedAt))];

    private static void CheckSettled(World world, Plan plan)
    {
        var domain = world.Ours.SingleOrDefault(d => d.State != RunState.Dying);
        if (domain is { State: RunState.Running or RunState.Paused } && plan.Wait is not { Reason: WaitReason.ShutdownOverdue })
        {
            foreach (var device in plan.Devices)
                CheckSettled(world, device);
        }
        switch (plan.Wait?.Reason)
        {
            case WaitReason.DeviceConflict:
            case WaitReason.DetachBlocked:
                domain.ShouldNotBeNull();
                plan.Devices.ShouldContain(d => d.Wait != null && d.Wait.Reason == plan.Wait.Reason);
                break;
            case WaitReason.NameConflict:
                world.NameIsTaken.ShouldBeTrue();
                domain.ShouldBeNull();
                break;
            case WaitReason.Ended:
                world.Policy.RestartPolicy.ShouldNotBe(RestartPolicy.Always);
                world.EndedByItself.ShouldBeTrue("it stays down although the guest did not end by itself");
                world.Status.ShouldNotBeNull().Followed.ShouldBeFalse();
                domain.ShouldBeNull();
                break;
            case WaitReason.Suspended:
                domain.ShouldNotBeNull().ShutdownReason.ShouldBe(ShutdownReason.Suspend);
                break;
            case WaitReason.ShutdownOverdue:
                world.Policy.OnShutdownTimeout.ShouldBe(OnShutdownTimeout.Wait);
                domain.ShouldNotBeNull();
                break;
            case null:
                (domain?.State).ShouldBe(world.Desired?.Power switch
                {
                    DesiredPower.Running => RunState.Running,
                    DesiredPower.Paused => RunState.Paused,
                    _ => null,
                });
                world.Ours.Count.ShouldBe(domain is null ? 0 : world.Ours.Count);
                plan.Devices.ShouldAllBe(d => d.Wait == null && (domain == null ? d.Observed == null : d.IsAttached));
                break;
            default:
                throw new InvalidOperationException($"Settled in {plan.Wait}");
        }
    }

    /// <summary>It is as desired, or says what only a person or the guest can change.</summary>
    private static void CheckSettled(World world, DeviceReport device)
    {
        switch (device.Wait?.Reason)
        {
            case WaitReason.DeviceConflict:
                world.Devices.Single(d => d.Ref == device.Device).Mark.ShouldBeNull();
                break;
            case WaitReason.DetachBlocked:
                world.Detach.Force.ShouldBeFalse();
                device.Observed.ShouldNotBeNull().IsLetGo.ShouldBeFalse();
                break;
            case WaitReason.AttachingDevices:
                device.Wait.Message.ShouldMatch("still attached|can't be shared");
                break;
            case null:
                (device.Desired && device.IsAttached).ShouldBeTrue($"settled with {device} as it is not desired");
                (device.Observed!.Port ?? NicPort.InPlace).ShouldBe(NicPort.InPlace, $"settled with {device} out of its bridge, or without its rules");
                break;
            default:
                throw new InvalidOperationException($"{device} settled in {device.Wait}");
        }
    }
}
