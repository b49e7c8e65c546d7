using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

internal static class ShutdownChecks
{
    public static async Task A_guest_that_is_asked_powers_off_and_its_remains_stay_until_they_are_cleared_away(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        await s.AskToPowerOffAsync(domain);
        var seen = (await s.UntilAsync(guest, o => o.Domains is [{ State: RunState.ShutDown }], "it has shut down")).Domains[0];
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
        await s.AskToPowerOffAsync(domain);
        var first = (await s.SeeAsync(guest)).Mark.ShouldNotBeNull().ShutdownRequestedAt.ShouldNotBeNull();

        await s.Harness.ReopenAsync(s.Cancellation);
        try
        {
            await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        }
        catch (XenException e) when (e.Code == XenErrorCode.Stale)
        {
            // A quick guest: it has powered off by now.
        }
        (await s.SeeAsync(guest)).Mark.ShouldNotBeNull().ShutdownRequestedAt.ShouldBe(first);
    }

    /// <summary>A paused PVH domain whose kernel never ran has registered no way to be asked, on any host.</summary>
    public static async Task Asking_a_guest_that_offers_no_way_is_recorded_and_refused(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        await Scene.ShouldFailAsync(XenErrorCode.NotSupported, () => s.Host.RequestShutdownAsync(domain, s.Cancellation));
        var mark = (await s.SeeAsync(guest)).Mark.ShouldNotBeNull();
        mark.ShutdownRequestedAt.ShouldNotBeNull();
        mark.ShutdownRefused.ShouldBeTrue();
    }

    public static async Task A_request_that_is_withdrawn_is_struck_from_the_mark(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        await s.Host.WithdrawShutdownAsync(domain, s.Cancellation);
        try
        {
            await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        }
        catch (XenException e) when (e.Code == XenErrorCode.NotSupported)
        {
            // Recorded all the same, and that is what is struck here. Paused, so that it can't power off meanwhile.
        }
        var requested = (await s.SeeAsync(guest)).Mark.ShouldNotBeNull();
        requested.ShutdownRequestedAt.ShouldNotBeNull();

        await s.Host.WithdrawShutdownAsync(domain, s.Cancellation);
        (await s.SeeAsync(guest)).Mark.ShouldBe(requested.WithoutShutdownRequest());
    }
}
