using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Xen.Tests.Planning;

public sealed class ExitsTests
{
    private static readonly ObservedDomain Crashed = A.Domain(RunState.ShutDown, reason: ShutdownReason.Crash);

    [Fact]
    public void An_end_by_itself_makes_a_record_of_that_life()
    {
        var exit = Exits.Next(null, A.Desired(), A.Seen(Crashed)).ShouldNotBeNull();
        exit.ShouldBe(new ExitRecord(7, Crashed.Mark!.CreatedAt, ShutdownReason.Crash, A.Noon, Restarts: 0));
    }

    [Fact]
    public void The_record_stays_as_it_was_first_made()
    {
        var first = Exits.Next(null, A.Desired(), A.Seen(Crashed));
        Exits.Next(first, A.Desired(), A.Seen(Crashed) with { At = A.Noon + TimeSpan.FromMinutes(1) }).ShouldBe(first);
        Exits.Next(first, A.Desired(), A.Seen()).ShouldBe(first);
    }

    [Fact]
    public void A_time_that_came_back_cut_to_whole_seconds_is_of_the_same_life()
    {
        var odd = Crashed with { Mark = Crashed.Mark! with { CreatedAt = Crashed.Mark.CreatedAt + TimeSpan.FromMilliseconds(789) } };
        var cut = A.Exit(ShutdownReason.Crash);
        Exits.Next(cut, A.Desired(), A.Seen(odd)).ShouldBe(cut);
    }

    [Theory]
    [InlineData(9, 3)]
    [InlineData(11, 0)]
    public void Ends_soon_after_a_start_are_counted_and_a_good_run_begins_anew(int minutes, int restarts)
    {
        var started = A.Noon - TimeSpan.FromMinutes(minutes);
        var crashed = Crashed with { Domid = 8, Mark = A.Mark(started) with { CreatedAt = started } };
        Exits.Next(A.Exit(ShutdownReason.Crash, restarts: 2), A.Desired(), A.Seen(crashed)).ShouldNotBeNull().Restarts.ShouldBe(restarts);
    }

    [Theory]
    [InlineData(ShutdownReason.Reboot)]
    [InlineData(ShutdownReason.SoftReset)]
    [InlineData(ShutdownReason.Suspend)]
    public void What_is_no_end_is_not_recorded(ShutdownReason reason) =>
        Exits.Next(null, A.Desired(), A.Seen(A.Domain(RunState.ShutDown, reason: reason))).ShouldBeNull();

    [Fact]
    public void An_end_that_was_ordered_is_not_recorded() =>
        Exits.Next(null, A.Desired(), A.Seen(A.Domain(RunState.ShutDown, reason: ShutdownReason.Poweroff, asked: A.Noon))).ShouldBeNull();

    [Fact]
    public void A_later_life_marks_the_record_as_followed() =>
        Exits.Next(A.Exit(ShutdownReason.Crash), A.Desired(), A.Seen(A.Domain(RunState.Running, domid: 8)))
            .ShouldBe(A.Exit(ShutdownReason.Crash, followed: true));

    [Theory]
    [InlineData(DesiredPower.Halted)]
    [InlineData(null)]
    public void What_is_wanted_down_has_no_record(DesiredPower? wish) =>
        Exits.Next(A.Exit(ShutdownReason.Crash), wish is { } p ? A.Desired(p) : null, A.Seen(Crashed)).ShouldBeNull();

    [Fact]
    public void Of_two_domains_nothing_is_concluded() =>
        Exits.Next(null, A.Desired(), A.Seen(Crashed, A.Domain(RunState.Running, domid: 8))).ShouldBeNull();

    [Fact]
    public void A_foreign_domain_tells_nothing() =>
        Exits.Next(null, A.Desired(), A.Seen(A.Foreign(RunState.ShutDown) with { ShutdownReason = ShutdownReason.Crash })).ShouldBeNull();
}
