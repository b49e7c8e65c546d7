using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

internal static class CreateChecks
{
    public static async Task A_created_domain_is_paused_and_no_instruction_of_it_has_run(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);

        var seen = await s.SeeAsync(guest);
        seen.Ref.ShouldBe(domain);
        seen.XenName.ShouldBe(guest.XenName);
        seen.State.ShouldBe(RunState.Paused);
        seen.CpuTime.ShouldBe(TimeSpan.Zero);
        seen.ShutdownReason.ShouldBeNull();
        // The hypervisor rounds to pages and keeps some for itself.
        ((double)seen.MemoryKiB).ShouldBe(guest.MemoryKiB, tolerance: 4096);
        (await s.Host.ObserveAllAsync(s.Cancellation)).ShouldContain(d => d.Ref == domain);
    }

    public static async Task A_created_domain_carries_our_mark(Scene s)
    {
        var guest = s.NewGuest();
        await s.CreateAsync(guest);

        var seen = await s.SeeAsync(guest);
        seen.Ownership.ShouldBe(DomainOwnership.Ours);
        var mark = seen.Mark.ShouldNotBeNull();
        mark.Uuid.ShouldBe(guest.Uuid);
        mark.Namespace.ShouldBe(guest.Namespace);
        mark.Name.ShouldBe(guest.Name);
        mark.Generation.ShouldBe(guest.Generation);
        mark.BootedWith.ShouldBe(guest);
        mark.StartedAt.ShouldBeNull();
        mark.ShutdownRequestedAt.ShouldBeNull();
    }

    public static async Task A_second_domain_of_the_same_uuid_is_refused(Scene s)
    {
        var guest = s.NewGuest();
        var domain = await s.CreateAsync(guest);
        await Scene.ShouldFailAsync(XenErrorCode.AlreadyExists, () => s.CreateAsync(guest with { Name = guest.Name + "-2" }));
        (await s.SeeAsync(guest)).Ref.ShouldBe(domain);
    }

    public static async Task A_name_that_another_domain_has_is_refused_and_its_holder_is_seen(Scene s)
    {
        var guest = s.NewGuest();
        var foreign = await s.MakeForeignAsync(guest.XenName);
        var seen = await s.ObserveAsync(guest);
        seen.Domains.ShouldBeEmpty();
        seen.NameHeldBy.ShouldNotBeNull().Ref.ShouldBe(foreign);

        await Scene.ShouldFailAsync(XenErrorCode.AlreadyExists, () => s.CreateAsync(guest));
        (await s.ObserveAsync(guest)).Domains.ShouldBeEmpty();
    }

    public static async Task A_create_with_a_missing_kernel_fails_and_leaves_nothing(Scene s)
    {
        var guest = s.NewGuest();
        var broken = guest with { Boot = guest.Boot with { Kernel = s.Harness.MissingFile } };
        await Scene.ShouldFailAsync(XenErrorCode.FileNotUsable, () => s.CreateAsync(broken));
        await s.UntilGoneAsync(guest);
    }

    public static async Task A_domain_bigger_than_the_host_is_refused_and_leaves_nothing(Scene s)
    {
        var guest = s.NewGuest();
        var facts = await s.Host.DescribeAsync(s.Cancellation);
        await Scene.ShouldFailAsync(XenErrorCode.NotEnoughMemory, () => s.CreateAsync(guest with { MemoryKiB = facts.TotalMemoryKiB * 2 }));
        await s.UntilGoneAsync(guest);
    }

    public static async Task A_create_that_was_cancelled_before_it_began_does_nothing(Scene s)
    {
        var guest = s.NewGuest();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => s.Host.CreatePausedAsync(guest, cancelled.Token));
        (await s.ObserveAsync(guest)).Domains.ShouldBeEmpty();
    }

    public static async Task A_mark_survives_a_restart_of_the_adapter(Scene s)
    {
        var (guest, domain) = await s.RunningAsync();
        var before = (await s.SeeAsync(guest)).Mark;
        await s.Harness.ReopenAsync(s.Cancellation);

        var after = await s.SeeAsync(guest);
        after.Ref.ShouldBe(domain);
        after.State.ShouldBe(RunState.Running);
        after.Mark.ShouldBe(before);
    }
}
