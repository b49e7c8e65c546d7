using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(FirstLine.Name)]
public sealed class ForeignDomainTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task A_domain_made_by_hand_is_never_touched_and_a_clash_of_names_is_a_condition()
    {
        var domain = Domain("clash");
        await Lab.Xen.ExecAsync($"xl create /guest/pv.cfg 'name=\"{domain.XenName}\"'", Cancellation);
        var handmade = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();

        await domain.ApplyAsync(Cancellation);
        var refused = await domain.UntilAsync("Ready is NameConflict", seen => seen.Condition("Ready") == "False/NameConflict", Cancellation);
        refused.ConditionMessage("Ready").ShouldNotBeNull().ShouldContain(domain.XenName);
        await ShouldBeUntouchedAsync();

        await domain.SetPowerStateAsync("Halted", Cancellation);
        await domain.UntilAsync("the change is seen", seen => seen.IsCurrent(), Cancellation);
        await ShouldBeUntouchedAsync();

        await domain.DeleteAsync(Cancellation);
        await ShouldBeUntouchedAsync();
        await Lab.Xen.ExecAsync($"xl destroy {domain.XenName}", Cancellation);

        async Task ShouldBeUntouchedAsync()
        {
            var seen = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
            seen.Uuid.ShouldBe(handmade.Uuid);
            seen.Domid.ShouldBe(handmade.Domid);
            seen.IsRunning.ShouldBeTrue(seen.State);
        }
    }
}
