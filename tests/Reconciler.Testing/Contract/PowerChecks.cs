using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

internal static class PowerChecks
{
    public static async Task Unpause_lets_it_run_and_a_second_one_changes_nothing(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var seen = await s.SeeAsync(guest);
        seen.State.ShouldBe(RunState.Running);
        var started = seen.Mark.ShouldNotBeNull().StartedAt.ShouldNotBeNull();
        await s.UntilAsync(guest, o => o.Domains is [{ CpuTime.Ticks: > 0 }], "its CPU time grows");

        await s.Host.UnpauseAsync(domain, s.Cancellation);
        var again = await s.SeeAsync(guest);
        again.State.ShouldBe(RunState.Running);
        again.Mark.ShouldNotBeNull().StartedAt.ShouldBe(started);
    }

    public static async Task Pause_stops_its_CPUs_and_a_second_one_changes_nothing(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        await s.Host.PauseAsync(domain, s.Cancellation);
        var paused = await s.SeeAsync(guest);
        paused.State.ShouldBe(RunState.Paused);

        await s.Harness.PassAsync(TimeSpan.FromSeconds(1), s.Cancellation);
        await s.Host.PauseAsync(domain, s.Cancellation);
        var later = await s.SeeAsync(guest);
        later.State.ShouldBe(RunState.Paused);
        later.CpuTime.ShouldBe(paused.CpuTime);

        await s.Host.UnpauseAsync(domain, s.Cancellation);
        (await s.SeeAsync(guest)).State.ShouldBe(RunState.Running);
    }

    public static async Task A_domid_that_is_not_that_domain_any_more_is_refused(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        DomainRef[] stale = [domain with { Uuid = Guid.NewGuid() }, domain with { Domid = domain.Domid + 1000 }];
        foreach (var other in stale)
        {
            await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.PauseAsync(other, s.Cancellation));
            await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.UnpauseAsync(other, s.Cancellation));
            await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.RequestShutdownAsync(other, s.Cancellation));
            await s.Host.DestroyAsync(other, s.Cancellation); // what is meant is gone, so this is done already
        }
        var seen = await s.SeeAsync(guest);
        seen.Ref.ShouldBe(domain);
        seen.State.ShouldBe(RunState.Running);
    }

    public static async Task Destroy_ends_a_running_domain_and_a_second_one_changes_nothing(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        await s.Host.DestroyAsync(domain, s.Cancellation);
        await s.Host.DestroyAsync(domain, s.Cancellation);
        await s.UntilGoneAsync(guest);
        await s.Host.DestroyAsync(domain, s.Cancellation);
        await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.UnpauseAsync(domain, s.Cancellation));
    }

    public static async Task A_name_can_be_used_again_when_its_domain_is_gone(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        await s.Host.DestroyAsync(domain, s.Cancellation);
        await s.UntilGoneAsync(guest);
        var again = await s.CreateAsync(guest);
        again.Domid.ShouldNotBe(domain.Domid);
        (await s.SeeAsync(guest)).Mark.ShouldNotBeNull().StartedAt.ShouldBeNull("a new life has a new mark");
    }
}
