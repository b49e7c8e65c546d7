using System.Text.Json;
using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>A directory of manifests on a real Xen host, without Kubernetes.</summary>
[Collection(Disruptions.Name)]
public sealed class StandaloneTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task A_domain_follows_its_manifest_file_from_its_first_writing_to_its_removal()
    {
        var domain = Domain("web");
        await using var agent = new StandaloneAgent(Lab);
        await agent.StartAsync(Cancellation);
        await agent.UntilItWaitsAsync(Cancellation);
        await agent.WriteAsync("web.yaml", domain.Manifest, Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldBeNull("one agent at a time");
        await Lab.StopAgentAsync(Cancellation);
        try
        {
            var running = await agent.UntilAsync("Running", Cancellation);
            var first = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
            first.IsRunning.ShouldBeTrue(first.State);
            first.Uuid.ShouldBe(running.Uid(), "the domain's UUID is the object's uid");
            running.Status("host").ShouldBe(LineLab.Node);
            (await agent.GetAsync("domains", Cancellation)).ShouldMatch($@"web\s+Running\s+Running\s+{LineLab.Node}\s+{first.Domid}\s+True");
            await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);

            await agent.WriteAsync("web.yaml", Manifest("Paused"), Cancellation);
            await agent.UntilAsync("Paused", Cancellation);
            var paused = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
            paused.IsPaused.ShouldBeTrue(paused.State);
            paused.Domid.ShouldBe(first.Domid);

            await agent.WriteAsync("web.yaml", Manifest("Running"), Cancellation);
            await agent.UntilAsync("Running", Cancellation);
            (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(first.Domid);

            await agent.RemoveAsync("web.yaml", Cancellation);
            await agent.UntilNoneAsync(Cancellation);
            (await domain.OnHostAsync(Cancellation)).ShouldBeNull();
            await domain.UntilConsoleAsync(XenHostLab.GuestPoweredOff, times: 1, Cancellation);

            // The cluster has not heard of its agent all the while.
            await UntilHostReadyIsAsync("Unknown/AgentSilent");
        }
        finally
        {
            await agent.DisposeAsync();
            await Lab.StartAgentAsync(CancellationToken.None);
        }

        await UntilHostReadyIsAsync("True/Ready");
    }

    private Task<JsonElement> UntilHostReadyIsAsync(string ready) => Eventually.HoldsAsync(
        $"the XenHost is {ready}",
        Lab.Kubectl,
        ["xenhost", LineLab.Node],
        host => host.Condition("Ready") == ready,
        TimeSpan.FromSeconds(90),
        Cancellation);

    private string Manifest(string powerState) => new DomainUnderTest(Lab, Namespace, "web") { PowerState = powerState }.Manifest;
}
