using System.Text.Json;
using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Two real Xen hosts, each with its agent, under one API server: one of them is emptied, loses its power, and comes back.</summary>
[Collection(Disruptions.Name)]
public sealed class TwoHostsTests(LineLab lab) : LineTest(lab)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(600);

    [Fact]
    public async Task A_domain_leaves_a_host_that_is_emptied_and_one_that_was_lost_is_started_elsewhere_only_with_evidence()
    {
        try
        {
            await Lab.StartSecondHostAsync(Cancellation);
            await UntilHostAsync("Ready", "True/Ready");

            // Where a domain goes: to the host that it prefers.
            var domain = new DomainUnderTest(Lab, Namespace, "web") { Placement = $"{{preferredHosts: [{LineLab.SecondNode}]}}" };
            await domain.ApplyAsync(Cancellation);
            var there = await domain.UntilAsync("Running", Cancellation);
            there.Status("host").ShouldBe(LineLab.SecondNode);
            there.Status("placement.host").ShouldBe(LineLab.SecondNode);
            (await domain.OnHostAsync(Lab.SecondXen, Cancellation)).ShouldNotBeNull().Uuid.ShouldBe(there.Uid());
            (await domain.OnHostAsync(Cancellation)).ShouldBeNull();
            await Lab.SecondXen.UntilGuestConsoleAsync(domain.XenName, XenHostLab.GuestReady, 1, Patience, Cancellation);

            // Maintenance: it is shut down there, and started here.
            await PatchHostAsync("""{"spec":{"maintenance":true}}""");
            await UntilHostAsync("Evacuated", "True/Empty");
            await domain.UntilAsync("on the first host", seen => seen.Status("host") == LineLab.Node && seen.Condition("Ready") == "True/Running", Cancellation);
            (await domain.OnHostAsync(Lab.SecondXen, Cancellation)).ShouldBeNull();
            (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().IsRunning.ShouldBeTrue();
            (await Lab.SecondXen.GuestConsoleAsync(domain.XenName, Cancellation)).ShouldContain(XenHostLab.GuestPoweredOff, customMessage: "it was shut down cleanly");
            await domain.DeleteAsync(Cancellation);
            await PatchHostAsync("""{"spec":{"maintenance":false}}""");

            // A lost host: nothing is started elsewhere until somebody says that it is off.
            var lost = new DomainUnderTest(Lab, Namespace, "db") { Placement = $"{{preferredHosts: [{LineLab.SecondNode}]}}" };
            await lost.ApplyAsync(Cancellation);
            (await lost.UntilAsync("Running", Cancellation)).Status("host").ShouldBe(LineLab.SecondNode);
            await StopAndStartAsync(lost);
            (await FenceAsync()).Succeeded.ShouldBeFalse("its agent speaks");
            await Lab.CutSecondHostAsync(Cancellation);
            await UntilHostAsync("Ready", "Unknown/AgentSilent");
            await lost.UntilAsync("Ready is unknown", seen => seen.Condition("Ready") == "Unknown/AgentSilent", Cancellation);
            (await lost.OnHostAsync(Cancellation)).ShouldBeNull("the host may run it still");

            (await FenceAsync()).OutputOrThrow().ShouldContain("Fenced=True");
            (await lost.UntilAsync("Running", Cancellation)).Status("host").ShouldBe(LineLab.Node);
            var here = (await lost.OnHostAsync(Cancellation)).ShouldNotBeNull();

            // It comes back: what was given away stays where it is.
            await Lab.StartSecondHostAsync(Cancellation);
            await UntilHostAsync("Ready", "True/Ready");
            await UntilHostAsync("Fenced", "False/HostSpeaks");
            (await lost.OnHostAsync(Lab.SecondXen, Cancellation)).ShouldBeNull();
            (await lost.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(here.Domid);
            await lost.DeleteAsync(Cancellation);
        }
        finally
        {
            await Lab.CutSecondHostAsync(CancellationToken.None);
            await Lab.Kubectl.TryRunAsync(CancellationToken.None, "delete", "xenhost", LineLab.SecondNode);
        }
    }

    /// <summary>The commands that the host's service runs when the host stops and has started, by hand on a host that goes on.</summary>
    private async Task StopAndStartAsync(DomainUnderTest first)
    {
        var second = new DomainUnderTest(Lab, Namespace, "app") { StartOrder = 10, Placement = $"{{hostName: {LineLab.SecondNode}}}" };
        await second.ApplyAsync(Cancellation);
        await second.UntilAsync("Running", Cancellation);
        foreach (var domain in (DomainUnderTest[])[first, second])
            await Lab.SecondXen.UntilGuestConsoleAsync(domain.XenName, XenHostLab.GuestReady, 1, Patience, Cancellation);

        var stop = await Lab.SecondXen.ExecAsync("reconciler-agent host-stop --budget 5m", Cancellation);
        stop.ShouldContain("done: 2 down");
        stop.IndexOf($"order 10: {second.XenName} has", StringComparison.Ordinal).ShouldBeInRange(0, stop.IndexOf($"order 0: {first.XenName} has", StringComparison.Ordinal), stop);
        foreach (var domain in (DomainUnderTest[])[first, second])
        {
            (await domain.OnHostAsync(Lab.SecondXen, Cancellation)).ShouldBeNull();
            (await Lab.SecondXen.GuestConsoleAsync(domain.XenName, Cancellation)).ShouldContain(XenHostLab.GuestPoweredOff, customMessage: "it was shut down cleanly");
            await domain.UntilAsync("its host stops", seen => seen.Condition("Ready") == "False/HostStopping", Cancellation);
        }

        (await Lab.SecondXen.ExecAsync($"reconciler-agent host-start --node-name {LineLab.SecondNode}", Cancellation)).ShouldContain("the agent is at work");
        foreach (var domain in (DomainUnderTest[])[second, first]) await domain.UntilAsync("Running", Cancellation);
        await second.DeleteAsync(Cancellation);
    }

    private Task<CommandOutput> FenceAsync() => Lab.KubectlXenAsync(Cancellation, "fence", LineLab.SecondNode, "--confirm-powered-off", "--by", "tests");

    private Task<string> PatchHostAsync(string patch) =>
        Lab.Kubectl.RunAsync(Cancellation, "patch", "xenhost", LineLab.SecondNode, "--type=merge", "-p", patch);

    private Task<JsonElement> UntilHostAsync(string type, string condition) => Eventually.HoldsAsync(
        $"{LineLab.SecondNode} is {type}={condition}",
        Lab.Kubectl,
        ["xenhost", LineLab.SecondNode],
        host => host.Condition(type) == condition,
        Patience,
        Cancellation);
}
