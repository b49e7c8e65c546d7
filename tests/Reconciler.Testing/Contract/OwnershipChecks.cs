using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

internal static class OwnershipChecks
{
    public static async Task A_domain_made_by_hand_is_seen_as_foreign(Scene s)
    {
        var foreign = await s.MakeForeignAsync("made-by-hand");
        var seen = (await s.Host.ObserveAllAsync(s.Cancellation)).Single(d => d.Ref == foreign);
        seen.XenName.ShouldBe("made-by-hand");
        seen.Ownership.ShouldBe(DomainOwnership.Foreign);
        seen.Mark.ShouldBeNull();
    }

    public static async Task A_domain_made_by_hand_is_never_acted_on(Scene s)
    {
        var foreign = await s.MakeForeignAsync("made-by-hand");
        var before = await SeeAsync();
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.PauseAsync(foreign, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.UnpauseAsync(foreign, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.RequestShutdownAsync(foreign, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.WithdrawShutdownAsync(foreign, s.Cancellation));
        await Scene.ShouldFailAsync(XenErrorCode.NotOurs, () => s.Host.DestroyAsync(foreign, s.Cancellation));
        (await SeeAsync()).State.ShouldBe(before.State);

        async Task<ObservedDomain> SeeAsync() => (await s.Host.ObserveAllAsync(s.Cancellation)).Single(d => d.Ref == foreign);
    }
}
