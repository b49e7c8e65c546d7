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
