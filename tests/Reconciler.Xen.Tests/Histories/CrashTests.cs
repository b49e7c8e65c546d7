using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;
using static Reconciler.Xen.Tests.Histories.Happening;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>
/// Not at random but everywhere: from every situation to every wish, cut short at every single point, in every way. Where an undisturbed
/// agent arrives, all of them arrive.
/// </summary>
public sealed class CrashTests
{
    private const int MorePointsThanAnyPlanHas = 24;

    private static readonly (string Name, Happening[] Happenings)[] Situations =
    [
        ("nothing", []),
        ("running", [new Wants(DesiredPower.Running), new Reconciled()]),
        ("paused, never ran", [new Wants(DesiredPower.Paused), new Reconciled()]),
        ("paused, ran", [new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Paused), new Reconciled()]),
        ("half made", [new Wants(DesiredPower.Running), new Disturbed(FaultKind.Die, 5)]),
        ("asked", [new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Halted), new Reconciled()]),
        ("overdue", [new Wants(DesiredPower.Running), new Reconciled(), new Wants(DesiredPower.Halted), new Reconciled(), new Passed(700)]),
        ("powered off", [new Wants(DesiredPower.Running), new Reconciled(), new GuestEnded(ShutdownReason.Poweroff)]),
        ("rebooted", [new Wants(DesiredPower.Running), new Reconciled(), new GuestEnded(ShutdownReason.Reboot)]),
        ("to be adopted", [new MadeByHand()]),
        ("adopted", [new MadeByHand(), new Wants(DesiredPower.Running), new Reconciled()]),
        ("adopted, and rebooted", [new MadeByHand(), new Wants(DesiredPower.Running), new Reconciled(), new GuestEnded(ShutdownReason.Reboot)]),
        ("suspended", [new Wants(DesiredPower.Running), new Reconciled(), new GuestEnded(ShutdownReason.Suspend)]),
    ];

    public static TheoryData<string, ShutdownAnswer, FaultKind> Everything { get; } = new MatrixTheoryData<string, ShutdownAnswer, FaultKind>(
        Situations.Select(s => s.Name), [ShutdownAnswer.PowerOff, ShutdownAnswer.Ignore, ShutdownAnswer.Refuse], Enum.GetValues<FaultKind>());

    [Theory]
    [MemberData(nameof(Everything))]
    public void Cut_short_anywhere_it_arrives_at_the_same_state(string situation, ShutdownAnswer answer, FaultKind fault)
    {
        foreach (DesiredPower? wish in new DesiredPower?[] { DesiredPower.Running, DesiredPower.Paused, DesiredPower.Halted, null })
        {
            var undisturbed = Arrive(situation, answer, wish, new Reconciled());
            for (var point = 0; point < MorePointsThanAnyPlanHas; point++)
            {
                Arrive(situation, answer, wish, new Disturbed(fault, point))
                    .ShouldBe(undisturbed, $"{situation}, {answer}, wants {wish?.ToString() ?? "none"}, {fault} at point {point}");
            }
        }
    }

    public static TheoryData<string, DeviceAnswer, FaultKind> EveryGear { get; } = new MatrixTheoryData<string, DeviceAnswer, FaultKind>(
        ["", "a1 n1", "a2 n1", "a3 n2", "a4 b1 n3", "bm n1"],
        [DeviceAnswer.Connect, DeviceAnswer.NoDriver, DeviceAnswer.Keep, DeviceAnswer.Reattach],
        Enum.GetValues<FaultKind>());

    [Theory]
    [MemberData(nameof(EveryGear))]
    public void Cut_short_anywhere_its_devices_arrive_at_the_same_state(string gear, DeviceAnswer answer, FaultKind fault)
    {
        var detach = DetachPolicy.Default with { Force = answer == DeviceAnswer.Keep };
        var undisturbed = ArriveWith(gear, answer, detach, new Reconciled());
        for (var point = 0; point < MorePointsThanAnyPlanHas; point++)
            ArriveWith(gear, answer, detach, new Disturbed(fault, point)).ShouldBe(undisturbed, $"{gear}, {answer}, {fault} at point {point}");
    }

    /// <summary>From a running guest with a disk and a NIC to another gear.</summary>
    private static string ArriveWith(string gear, DeviceAnswer answer, DetachPolicy detach, Happening first)
    {
        Happening[] before = [new Wants(DesiredPower.Running), new Reconciled(), new Passed(5)];
        using var world = new World(new History(ShutdownAnswer.PowerOff, DomainType.Pvh, BootSeconds: 1, ShutdownSeconds: 1, GraceSeconds: 120, TeardownSeconds: 2,
            new DomainPolicy(), before) { Devices = answer, Gear = "a1 n1", Detach = detach, DeviceSeconds = 1 });
        foreach (var happening in before)
            world.Happen(happening);
        world.Happen(new WantsGear(gear));
        world.Happen(first);
        var plan = world.Settle();
        world.Happen(new Passed(60));
        var devices = world.Devices.OrderBy(d => d.Ref.ToString(), StringComparer.Ordinal).Select(d => $"{d.Ref} of {d.Mark?.ObjectUid}: {d.Backend} {d.Frontend}");
        return $"{world.Ours.SingleOrDefault()?.State}, {plan.Wait?.Reason.ToString() ?? "converged"}, {string.Join(", ", devices)}";
    }

    private static string Arrive(string situation, ShutdownAnswer answer, DesiredPower? wish, Happening first)
    {
        var before = Situations.Single(s => s.Name == situation).Happenings;
        using var world = new World(new History(answer, DomainType.Pvh, BootSeconds: 0, ShutdownSeconds: 1, GraceSeconds: 120, TeardownSeconds: 2,
            new DomainPolicy { ShutdownGracePeriod = TimeSpan.FromSeconds(120) }, before));
        foreach (var happening in before)
            world.Happen(happening);
        world.Happen(new Wants(wish));
        world.Happen(first);
        var plan = world.Settle();
        return $"{world.Ours.SingleOrDefault()?.State.ToString() ?? "nothing"}, {plan.Wait?.Reason.ToString() ?? "converged"}";
    }
}
