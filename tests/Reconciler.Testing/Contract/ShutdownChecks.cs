using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

internal static class ShutdownChecks
{
    public static async Task A_guest_that_is_asked_powers_off_and_its_remains_stay_until_they_are_cleared_away(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var seen = await s.PowerOffAsync(guest);
        seen.Ref.ShouldBe(domain);
        seen.ShutdownReason.ShouldBe(ShutdownReason.Poweroff);
        seen.Ownership.ShouldBe(DomainOwnership.Ours);
        seen.Mark.ShouldNotBeNull().ShutdownRequestedAt.ShouldNotBeNull();

        await s.Host.DestroyAsync(domain, s.Cancellation);
        await s.UntilGoneAsync(guest);
    }

    public static async Task The_first_time_of_asking_is_kept_and_survives_a_restart_of_the_adapter(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        var first = (await s.SeeAsync(guest)).Mark.ShouldNotBeNull().ShutdownRequestedAt.ShouldNotBeNull();

        await s.Harness.ReopenAsync(s.Cancellation);
        await s.AskAsync(domain);
        (await s.SeeAsync(guest)).Mark.ShouldNotBeNull().ShutdownRequestedAt.ShouldBe(first);
    }

    /// <summary>Of a guest that is paused, so that it can't answer meanwhile.</summary>
    public static async Task Asking_again_asks_again_and_keeps_the_first_time_beside_the_last(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        var once = (await s.SeeAsync(guest)).Mark.ShouldNotBeNull();
        var first = once.ShutdownRequestedAt.ShouldNotBeNull();
        once.ShutdownAskedAt.ShouldBe(first);

        await s.Harness.PassAsync(TimeSpan.FromSeconds(1), s.Cancellation);
        await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        var seen = await s.SeeAsync(guest);
        var twice = seen.Mark.ShouldNotBeNull();
        twice.ShutdownRequestedAt.ShouldBe(first);
        twice.ShutdownAskedAt.ShouldNotBeNull().ShouldBeGreaterThan(first);
        seen.ShutdownUnacknowledged.ShouldBeTrue();
    }

    /// <summary>A guest whose kernel never ran: no host can tell whether it will listen, and the kernel finds the request when it comes up.</summary>
    public static async Task Asking_a_guest_that_is_not_up_is_recorded_and_left_standing(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        var seen = await s.SeeAsync(guest);
        var mark = seen.Mark.ShouldNotBeNull();
        mark.ShutdownRequestedAt.ShouldNotBeNull();
        mark.ShutdownRefused.ShouldBeFalse();
        seen.ShutdownUnacknowledged.ShouldBeTrue();
    }

    public static async Task A_request_that_is_withdrawn_is_struck_from_the_mark(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        await s.Host.WithdrawShutdownAsync(domain, s.Cancellation);
        await s.Host.RequestShutdownAsync(domain, s.Cancellation); // paused, so that it can't power off meanwhile
        var requested = (await s.SeeAsync(guest)).Mark.ShouldNotBeNull();
        requested.ShutdownRequestedAt.ShouldNotBeNull();

        await s.Host.WithdrawShutdownAsync(domain, s.Cancellation);
        (await s.SeeAsync(guest)).Mark.ShouldBe(requested.WithoutShutdownRequest());
    }
}
