using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Histories;

internal static class HistoryGen
{
    private static readonly Gen<Happening> Happenings = Gen.Frequency(
        (4, Gen.Elements<DesiredPower?>(DesiredPower.Running, DesiredPower.Running, DesiredPower.Paused, DesiredPower.Halted, null)
            .Select(Happening (p) => new Happening.Wants(p))),
        (8, Gen.Constant<Happening>(new Happening.Reconciled())),
        (6, Disturbances()),
        (1, Gen.Constant<Happening>(new Happening.DiedBeforeStatus())),
        (5, Gen.Elements(1, 3, 10, 45, 150, 700).Select(Happening (s) => new Happening.Passed(s))),
        (3, Gen.Elements(ShutdownReason.Poweroff, ShutdownReason.Crash, ShutdownReason.Watchdog, ShutdownReason.Reboot,
                ShutdownReason.SoftReset, ShutdownReason.Suspend, ShutdownReason.Unknown)
            .Select(Happening (r) => new Happening.GuestEnded(r))),
        (1, Gen.Elements<Happening>(new Happening.PausedByHand(), new Happening.UnpausedByHand(), new Happening.DestroyedByHand(), new Happening.ResumedByHand())),
        (1, Gen.Elements<Happening>(new Happening.NameTaken(), new Happening.NameFreed(), new Happening.HostRebooted())),
        (1, Gen.Constant<Happening>(new Happening.MadeByHand())),
        (5, Gen.Elements(Gear.Sets.ToArray()).Select(Happening (g) => new Happening.WantsGear(g))),
        (2, from slot in Gen.Elements('a', 'b', 'n')
            from happening in Gen.Elements<Happening>(new Happening.SlotTaken(slot), new Happening.SlotFreed(slot), new Happening.DetachedByHand(slot), new Happening.BackendLost(slot))
            select happening),
        (1, Gen.Elements<Happening>(new Happening.RulesFlushed(), new Happening.BridgeMadeAgain())),
        (1, from restart in Gen.Elements(RestartPolicy.Always, RestartPolicy.OnFailure, RestartPolicy.Never)
            from timeout in Gen.Elements(OnShutdownTimeout.Destroy, OnShutdownTimeout.Wait)
            select (Happening)new Happening.PolicyChanged(restart, timeout)));

    public static Arbitrary<History> Histories() => Arb.From(
        from answer in Gen.Elements(ShutdownAnswer.PowerOff, ShutdownAnswer.PowerOff, ShutdownAnswer.Ignore, ShutdownAnswer.Hang, ShutdownAnswer.Refuse, ShutdownAnswer.ForgetInBoot)
        from type in Gen.Elements(DomainType.Pvh, DomainType.Pv)
        from boot in Gen.Elements(0, 5)
        from shutdown in Gen.Elements(0, 1, 200)
        from grace in Gen.Elements(0, 30, 120)
        from teardown in Gen.Elements(0, 2)
        from restart in Gen.Elements(RestartPolicy.Always, RestartPolicy.OnFailure, RestartPolicy.Never)
        from timeout in Gen.Elements(OnShutdownTimeout.Destroy, OnShutdownTimeout.Wait)
        from devices in Gen.Elements(DeviceAnswer.Connect, DeviceAnswer.Connect, DeviceAnswer.Connect, DeviceAnswer.NoDriver, DeviceAnswer.NoHotplug,
            DeviceAnswer.Keep, DeviceAnswer.Reattach, DeviceAnswer.Crash)
        from deviceSeconds in Gen.Elements(0, 2, 100)
        from reattach in Gen.Elements<int?>(null, null, 20)
        from gear in Gen.Elements(Gear.Sets.ToArray())
        from detach in Gen.Elements(DetachPolicy.Default, DetachPolicy.Default with { Force = true }, new DetachPolicy(TimeSpan.Zero, Force: true))
        from happenings in Happenings.ListOf()
        select new History(answer, type, boot, shutdown, grace, teardown,
            new DomainPolicy { ShutdownGracePeriod = TimeSpan.FromSeconds(grace), RestartPolicy = restart, OnShutdownTimeout = timeout },
            [.. happenings])
        { Devices = devices, DeviceSeconds = deviceSeconds, ReattachSeconds = reattach, Gear = gear, Detach = detach },
        Shrink);

    private static Gen<Happening> Disturbances() =>
        from kind in Gen.Elements(FaultKind.Fail, FaultKind.Hang, FaultKind.LoseWorker, FaultKind.Die, FaultKind.Die, FaultKind.DieAlone)
        from point in Gen.Choose(0, 24)
        select (Happening)new Happening.Disturbed(kind, point);

    /// <summary>Fewer happenings, then plainer ones: what is left is what it takes.</summary>
    private static IEnumerable<History> Shrink(History history)
    {
        var all = history.Happenings;
        for (var size = all.Count / 2; size >= 1; size /= 2)
        {
            for (var at = 0; at + size <= all.Count; at += size)
                yield return history with { Happenings = [.. all.Take(at), .. all.Skip(at + size)] };
        }
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i] is Happening.Disturbed)
                yield return history with { Happenings = [.. all.Take(i), new Happening.Reconciled(), .. all.Skip(i + 1)] };
            if (all[i] is Happening.Disturbed { Kind: not FaultKind.Die } d)
                yield return history with { Happenings = [.. all.Take(i), d with { Kind = FaultKind.Die }, .. all.Skip(i + 1)] };
        }
        if (history.Gear.Length > 0)
            yield return history with { Gear = history.Gear[Math.Min(history.Gear.Length, 3)..] };
        if (history.Devices != DeviceAnswer.Connect)
            yield return history with { Devices = DeviceAnswer.Connect };
        if (history.DeviceSeconds > 0)
            yield return history with { DeviceSeconds = 0 };
        if (history.ReattachSeconds is not null)
            yield return history with { ReattachSeconds = null };
        if (history.TeardownSeconds > 0)
            yield return history with { TeardownSeconds = 0 };
        if (history.BootSeconds > 0)
            yield return history with { BootSeconds = 0 };
        if (history.Answer != ShutdownAnswer.PowerOff)
            yield return history with { Answer = ShutdownAnswer.PowerOff };
    }
}
