using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(Disruptions.Name)]
public sealed class AgentDeathTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task A_domain_outlives_its_agent_and_is_known_again_to_the_next_one()
    {
        var domain = Domain("survivor");
        await domain.ApplyAsync(Cancellation);
        var before = await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        var onHost = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        var startTime = await Lab.StartTimeAsync(onHost.Uuid, Cancellation);
        startTime.ShouldNotBeEmpty();

        await Lab.KillAgentAsync(Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(onHost.Domid);
        await Lab.StartAgentAsync(Cancellation);

        // That the new agent has taken over is seen by what it does next, not by a status that the old one has left.
        await domain.SetPowerStateAsync("Paused", Cancellation);
        var after = await domain.UntilAsync("Paused", Cancellation);
        var kept = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        kept.Domid.ShouldBe(onHost.Domid);
        (await Lab.StartTimeAsync(kept.Uuid, Cancellation)).ShouldBe(startTime);
        after.Status("createdAt").ShouldBe(before.Status("createdAt"));
        after.Status("startedAt").ShouldBe(before.Status("startedAt"));
        after.Status("domid").ShouldBe(before.Status("domid"));
        await domain.SetPowerStateAsync("Running", Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        (await domain.ConsoleAsync(Cancellation)).Split(XenHostLab.GuestReady).Length.ShouldBe(2, "the guest has booted once");
        await domain.DeleteAsync(Cancellation);
    }

    [Fact]
    public async Task Semantics_39_A_domain_whose_agent_died_in_the_middle_of_its_create_ends_running_once()
    {
        var domain = Domain("halfway");
        var death = Lab.KillAgentDuringCreateAsync(domain.XenName, Cancellation);
        await domain.ApplyAsync(Cancellation);
        await death;
        (await domain.GetAsync(Cancellation)).Status("powerState").ShouldNotBe("Running", "the agent died before it could say so");

        await Lab.StartAgentAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        var copies = (await Lab.ListDomainsAsync(Cancellation)).Where(seen => seen.Name == domain.XenName).ToList();
        copies.ShouldHaveSingleItem().IsRunning.ShouldBeTrue(copies[0].State);
        await domain.DeleteAsync(Cancellation);
        (await domain.ConsoleAsync(Cancellation)).Split(XenHostLab.GuestReady).Length.ShouldBe(2, "the guest has booted once");
    }

    [Fact]
    public async Task Semantics_27_An_object_deleted_while_there_is_no_agent_stays_until_the_guest_was_shut_down_cleanly()
    {
        var domain = Domain("patient");
        await domain.ApplyAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);

        await Lab.KillAgentAsync(Cancellation);
        await domain.RequestDeleteAsync(Cancellation);
        (await domain.GetAsync(Cancellation)).GetProperty("metadata").TryGetProperty("deletionTimestamp", out _).ShouldBeTrue();
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();

        await Lab.StartAgentAsync(Cancellation);
        await domain.DeleteAsync(Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldBeNull();
        await domain.UntilConsoleAsync(XenHostLab.GuestPoweredOff, times: 1, Cancellation);
    }
}
