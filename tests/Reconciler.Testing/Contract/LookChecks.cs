using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

/// <summary>What can be known of a host without changing it.</summary>
internal static class LookChecks
{
    public static async Task The_facts_of_the_host_are_plausible(Scene s)
    {
        var facts = await s.Host.DescribeAsync(s.Cancellation);
        facts.XenVersion.ShouldMatch(@"^4\.\d+");
        facts.Cpus.ShouldBeInRange(1, 8192);
        facts.TotalMemoryKiB.ShouldBeGreaterThan(64 * 1024);
        facts.FreeMemoryKiB.ShouldBeInRange(0, facts.TotalMemoryKiB);
        facts.Numa.Count.ShouldBe(facts.NumaNodes);
        facts.Numa.Select(node => node.Id).ShouldBe(facts.Numa.Select(node => node.Id).Order().Distinct());
        facts.Numa.Sum(node => node.Cpus).ShouldBe(facts.Cpus, "each CPU is in a node");
        facts.Numa.Sum(node => node.MemoryKiB).ShouldBeInRange(facts.TotalMemoryKiB, (2 * facts.TotalMemoryKiB) + (8 << 20), "with holes of the address space");
        facts.GuestTypes.ShouldNotBeEmpty();
        facts.BootId.ShouldNotBeNullOrWhiteSpace();
        facts.Adapter.ShouldNotBeNullOrWhiteSpace();

        (await s.Host.DescribeAsync(s.Cancellation)).BootId.ShouldBe(facts.BootId, "the same boot has the same id");
    }

    public static async Task Nothing_is_seen_of_a_domain_that_was_never_made(Scene s)
    {
        var seen = await s.ObserveAsync(s.NewGuest());
        seen.Domains.ShouldBeEmpty();
        seen.NameHeldBy.ShouldBeNull();
        seen.OperationInProgress.ShouldBeFalse();
    }

    public static async Task A_guest_that_can_run_here_meets_no_objection(Scene s)
    {
        var guest = s.NewGuest();
        (await s.Host.CheckAsync(guest, s.Cancellation)).ShouldBeEmpty();
        (await s.ObserveAsync(guest)).Domains.ShouldBeEmpty("a check touches nothing");
    }

    public static async Task A_kernel_that_is_missing_is_named(Scene s)
    {
        var guest = s.NewGuest();
        guest = guest with { Boot = guest.Boot with { Kernel = s.Harness.MissingFile } };
        var objection = (await s.Host.CheckAsync(guest, s.Cancellation)).ShouldHaveSingleItem();
        objection.Field.ShouldBe("boot.kernel");
        objection.Reason.ShouldBe("KernelNotFound");
        objection.Message.ShouldContain(s.Harness.MissingFile);
    }

    public static async Task A_ramdisk_that_is_missing_is_named(Scene s)
    {
        var guest = s.NewGuest();
        guest = guest with { Boot = guest.Boot with { Ramdisk = s.Harness.MissingFile } };
        var objection = (await s.Host.CheckAsync(guest, s.Cancellation)).ShouldHaveSingleItem();
        objection.Field.ShouldBe("boot.ramdisk");
        objection.Reason.ShouldBe("RamdiskNotFound");
        objection.Message.ShouldContain(s.Harness.MissingFile);
    }

    public static async Task A_kernel_outside_of_the_allowed_directories_is_named(Scene s)
    {
        var forbidden = s.Harness.ForbiddenFile;
        var guest = s.NewGuest();
        guest = guest with { Boot = guest.Boot with { Kernel = forbidden } };
        var objection = (await s.Host.CheckAsync(guest, s.Cancellation)).ShouldHaveSingleItem();
        objection.Field.ShouldBe("boot.kernel");
        objection.Reason.ShouldBe("PathNotAllowed");
        objection.Message.ShouldContain(forbidden);
    }

    public static async Task Signals_begin_with_a_resync_and_tell_of_a_new_domain(Scene s)
    {
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(s.Cancellation);
        await using var signals = s.Host.SignalsAsync(listening.Token).GetAsyncEnumerator(s.Cancellation);
        (await NextAsync()).ShouldBe(HostSignal.Resync);

        var guest = s.NewGuest();
        await s.CreateAsync(guest);
        HostSignal signal;
        do
            signal = await NextAsync();
        while (signal.Uuid is { } other && other != guest.Uuid);

        await listening.CancelAsync();
        while (await signals.MoveNextAsync())
        {
            // Hints that were on their way. That the loop ends is the point: signals end with their token.
        }

        async Task<HostSignal> NextAsync()
        {
            (await signals.MoveNextAsync().AsTask().WaitAsync(s.Harness.Patience, s.Cancellation)).ShouldBeTrue();
            return signals.Current;
        }
    }
}
