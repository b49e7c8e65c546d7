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

    /// <summary>
    /// A guest whose kernel never ran. A host that can tell refuses; libxl tells it of HVM guests only (libxl__domain_pvcontrol_available),
    /// and leaves the request to be found by the kernel when it comes up. Recorded it is in both cases.
    /// </summary>
    public static async Task Asking_a_guest_that_is_not_up_is_recorded_and_refused_or_left_standing(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        var refused = false;
        try
        {
            await s.Host.RequestShutdownAsync(domain, s.Cancellation);
        }
        catch (XenException e) when (e.Code == XenErrorCode.NotSupported)
        {
            refused = true;
        }
        var seen = await s.SeeAsync(guest);
        var mark = seen.Mark.ShouldNotBeNull();
        mark.ShutdownRequestedAt.ShouldNotBeNull();
        mark.ShutdownRefused.ShouldBe(refused);
        seen.ShutdownUnacknowledged.ShouldBe(!refused);
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
