using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(Disruptions.Name)]
public sealed class ApiServerOutageTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task A_domain_runs_on_without_the_API_server_and_follows_its_spec_when_it_is_back()
    {
        var domain = Domain("steady");
        await domain.ApplyAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        var before = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        var agent = await Lab.AgentProcessIdAsync(Cancellation);

        await Lab.Kube.StopAsync(Cancellation);
        // Something for the agent to see while it can tell nobody.
        await Lab.Xen.ExecAsync($"xl pause {domain.XenName}; xl unpause {domain.XenName}", Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(before.Domid);
        await Lab.Kube.StartAsync(Cancellation);

        await domain.SetPowerStateAsync("Paused", Cancellation);
        await domain.UntilAsync("Paused", Cancellation);
        var after = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        after.Domid.ShouldBe(before.Domid);
        after.IsPaused.ShouldBeTrue(after.State);
        await Lab.Xen.ExecAsync($"kill -0 {agent}", Cancellation);
        await domain.SetPowerStateAsync("Running", Cancellation);
        await domain.DeleteAsync(Cancellation);
    }
}
