using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The agent's cgroup is killed with all that is in it, which is how a container runtime ends a pod.</summary>
[Collection(Disruptions.Name)]
public sealed class PodDeathTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task Workers_and_guests_are_outside_of_the_agents_cgroup_and_outlive_it()
    {
        var domain = Domain("outside");
        var death = Lab.KillAgentPodDuringCreateAsync(domain.XenName, Cancellation);
        await domain.ApplyAsync(Cancellation);
        var domid = await death;

        // Nobody but the worker can have finished it: the next agent would have cleared away half a domain and made another one.
        await Lab.StartAgentAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        var running = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        running.Domid.ShouldBe(domid);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        (await Lab.ProcessesAsync(LineLab.AgentCgroup, Cancellation)).ShouldBe([await Lab.AgentProcessIdAsync(Cancellation)]);
        (await Lab.ProcessesAsync(LineLab.WorkerCgroup, Cancellation)).ShouldNotBeEmpty();

        await Lab.KillAgentPodAsync(Cancellation);
        var orphaned = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        orphaned.Domid.ShouldBe(domid);
        orphaned.IsRunning.ShouldBeTrue(orphaned.State);

        await Lab.StartAgentAsync(Cancellation);
        await domain.SetPowerStateAsync("Paused", Cancellation);
        await domain.UntilAsync("Paused", Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(domid);
        await domain.SetPowerStateAsync("Running", Cancellation);
        await domain.DeleteAsync(Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestPoweredOff, times: 1, Cancellation);
        (await domain.ConsoleAsync(Cancellation)).Split(XenHostLab.GuestReady).Length.ShouldBe(2, "the guest has booted once");
    }
}
