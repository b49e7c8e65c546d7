using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

internal static class AdoptionChecks
{
    private const string Name = "made-by-hand";

    public static async Task A_domain_made_by_hand_is_adopted_as_it_is_and_then_ours(Scene s)
    {
        var (found, guest) = await FoundAsync(s);
        var before = (await s.ObserveAsync(guest)).Adoptee.ShouldNotBeNull();
        before.Ref.ShouldBe(found.Ref);

        await s.Host.AdoptAsync(found.Ref, guest, s.Cancellation);

        var seen = await s.ObserveAsync(guest);
        seen.Adoptee.ShouldBeNull();
        var domain = seen.Domains.ShouldHaveSingleItem();
        (domain.Uuid, domain.XenUuid, domain.Domid, domain.XenName).ShouldBe((guest.Uuid, found.Ref.Uuid, found.Ref.Domid, Name));
        (domain.Ownership, domain.State).ShouldBe((DomainOwnership.Ours, before.State));
        var mark = domain.Mark.ShouldNotBeNull();
        (mark.Uuid, mark.AdoptedUuid, mark.BootedWith.MemoryKiB).ShouldBe((guest.Uuid, found.Ref.Uuid, found.MemoryKiB));
        mark.StartedAt.ShouldNotBeNull();
        (await FindAsync(s)).ShouldBeEmpty();

        await s.Host.AdoptAsync(found.Ref, guest, s.Cancellation);
        (await s.SeeAsync(guest)).Mark.ShouldBe(mark, "a second adoption changes nothing");
    }

    public static async Task An_adopted_domain_is_known_again_and_ends_as_ours(Scene s)
    {
        var (found, guest) = await FoundAsync(s);
        await s.Host.AdoptAsync(found.Ref, guest, s.Cancellation);
        await s.Harness.ReopenAsync(s.Cancellation);

        // Also by who no longer knows that it was adopted.
        var forgetful = guest with { Adopts = null };
        var domain = await s.SeeAsync(forgetful);
        domain.Ref.ShouldBe(new DomainRef(guest.Uuid, found.Ref.Domid));
        (await s.Host.ObserveAllAsync(s.Cancellation)).ShouldHaveSingleItem().Ref.ShouldBe(domain.Ref);
        await Scene.ShouldFailAsync(XenErrorCode.AlreadyExists, () => s.Host.CreatePausedAsync(forgetful, s.Cancellation));

        await s.Host.UnpauseAsync(domain.Ref, s.Cancellation);
        await s.Host.PauseAsync(domain.Ref, s.Cancellation);
        (await s.SeeAsync(forgetful)).State.ShouldBe(RunState.Paused);
        await s.Host.DestroyAsync(domain.Ref, s.Cancellation);
        await s.UntilGoneAsync(forgetful);

        // The next life has our own UUID.
        var next = await s.CreateAsync(forgetful);
        (await s.SeeAsync(forgetful)).XenUuid.ShouldBe(next.Uuid);
    }

    public static async Task A_domain_is_adopted_by_its_UUID_and_its_name_only(Scene s)
    {
        var (found, guest) = await FoundAsync(s);
        await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.AdoptAsync(found.Ref, guest with { Adopts = new Adoptee(found.Ref.Uuid, "another") }, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.AdoptAsync(found.Ref, guest with { Adopts = null }, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.Stale, () => s.Host.AdoptAsync(new DomainRef(Guid.NewGuid(), found.Ref.Domid), guest, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.InvalidConfiguration, () => s.Host.AdoptAsync(
            found.Ref, guest with { Type = found.Type is DomainType.Pv ? DomainType.Pvh : DomainType.Pv }, s.Cancellation));
        (await s.ObserveAsync(guest)).Adoptee.ShouldNotBeNull().Ownership.ShouldBe(DomainOwnership.Foreign);
    }

    public static async Task A_domain_is_adopted_by_one_object_only(Scene s)
    {
        var (found, guest) = await FoundAsync(s);
        var second = s.NewGuest() with { Adopts = guest.Adopts, Type = found.Type };
        await s.Host.AdoptAsync(found.Ref, guest, s.Cancellation);

        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.AdoptAsync(found.Ref, second, s.Cancellation));

        var seen = await s.ObserveAsync(second);
        seen.Domains.ShouldBeEmpty();
        seen.Adoptee.ShouldNotBeNull().Uuid.ShouldBe(guest.Uuid);
    }

    private static async Task<IReadOnlyList<FoundDomain>> FindAsync(Scene s) =>
        await s.Host.FindAdoptableAsync(await s.Host.ObserveAllAsync(s.Cancellation), s.Cancellation);

    /// <summary>A domain that somebody made, and a guest that is to be it.</summary>
    private static async Task<(FoundDomain Found, DesiredDomain Guest)> FoundAsync(Scene s)
    {
        var foreign = await s.MakeForeignAsync(Name);
        var found = (await FindAsync(s)).ShouldHaveSingleItem();
        found.Ref.ShouldBe(foreign);
        found.XenName.ShouldBe(Name);
        found.Vcpus.ShouldBe(1);
        return (found, s.NewGuest() with { Type = found.Type, Adopts = new Adoptee(found.Ref.Uuid, found.XenName) });
    }
}
