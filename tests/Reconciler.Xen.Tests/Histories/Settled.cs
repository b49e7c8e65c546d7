using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>What holds when nothing is left to do: all is as desired, or it is said what keeps it from being so.</summary>
internal static class Settled
{
    public static void Check(World world, Plan plan)
    {
        var domain = world.Ours.SingleOrDefault(d => d.State != RunState.Dying);
        if (domain is { State: RunState.Running or RunState.Paused } && plan.Wait is not { Reason: WaitReason.ShutdownOverdue })
        {
            foreach (var device in plan.Devices)
                Check(world, device);
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
            case WaitReason.NothingToAdopt:
                world.MadeByHand.ShouldBeNull("it is there to be adopted");
                world.Adopted.ShouldBeNull();
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
    private static void Check(World world, DeviceReport device)
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
