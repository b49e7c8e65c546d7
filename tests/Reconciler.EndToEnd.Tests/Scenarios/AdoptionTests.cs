using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>A domain that <c>xl</c> has made becomes a Domain while it runs. The lab's agent may adopt domains of this name.</summary>
[Collection(FirstLine.Name)]
public sealed class AdoptionTests(LineLab lab) : LineTest(lab)
{
    public const string XenName = "old-web";

    [Fact]
    public async Task A_domain_made_by_hand_is_adopted_without_a_reboot_and_then_does_what_its_Domain_says()
    {
        var disk = $"/srv/{Namespace}/old";
        await Lab.Xen.ExecAsync(
            $"mkdir -p /srv/{Namespace} && truncate -s 8M {disk} && xl create /guest/pv.cfg 'name=\"{XenName}\"' 'disk=[\"format=raw,vdev=xvda,access=rw,target={disk}\"]'", Cancellation);
        await Lab.Xen.UntilGuestConsoleAsync(XenName, XenHostLab.GuestReady, 1, TimeSpan.FromSeconds(600), Cancellation);
        var handmade = await SeenAsync();

        var domain = Domain("web");
        var adopted = await Eventually.HoldsAsync(
            $"{XenName} is adopted",
            () => Lab.KubectlXenAsync(Cancellation, "adopt", LineLab.Node, XenName, "--name", domain.Name, "-n", Namespace),
            output => output.Succeeded, TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(1), Cancellation, output => output.Output + output.Error);
        adopted.Output.ShouldContain($"domid {handmade.Domid}");
        await ShouldBeAsync("Running");
        (await Lab.Xen.ExecAsync("pgrep -f 'xl create' || true", Cancellation)).Trim().ShouldBeEmpty("xl's own process no longer waits for its end");

        await domain.SetPowerStateAsync("Paused", Cancellation);
        await ShouldBeAsync("Paused");
        await domain.SetPowerStateAsync("Running", Cancellation);
        await ShouldBeAsync("Running");
        (await Lab.Xen.GuestConsoleAsync(XenName, Cancellation)).Split(XenHostLab.GuestReady).Length.ShouldBe(2, "it has booted once");

        await domain.DeleteAsync(Cancellation);
        (await Lab.ListDomainsAsync(Cancellation)).ShouldNotContain(seen => seen.Name == XenName);
        (await Lab.Xen.GuestConsoleAsync(XenName, Cancellation)).ShouldContain(XenHostLab.GuestPoweredOff);
        await Lab.Xen.ExecAsync($"test -s {disk}", Cancellation);

        async Task ShouldBeAsync(string state)
        {
            var status = await domain.UntilAsync(state, Cancellation);
            status.Status("domid").ShouldBe($"{handmade.Domid}");
            var seen = await SeenAsync();
            (seen.Domid, seen.Uuid).ShouldBe((handmade.Domid, handmade.Uuid));
        }
    }

    private async Task<XlDomain> SeenAsync() => (await Lab.ListDomainsAsync(Cancellation)).Where(seen => seen.Name == XenName).ShouldHaveSingleItem();
}
