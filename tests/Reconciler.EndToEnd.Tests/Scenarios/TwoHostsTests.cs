using System.Text.Json;
using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Two real Xen hosts, each with its agent, under one API server: one of them is emptied, loses its power, and comes back.</summary>
[Collection(SecondLine.Name)]
public sealed class TwoHostsTests(AllGuestsLineLab lab) : LineTest(lab)
{
    private const string Guard = $"xen-host-guard-{LineLab.SecondNode}";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(600);
    private static readonly string[] ChartNamespace = ["-n", KubeApiServerLab.ChartNamespace];

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
            await PatchHostAsync("""{"spec":{"maintenance":false}}""");
            await SendToSecondAsync(domain);
            await DrainAsync(domain);
            await domain.DeleteAsync(Cancellation);

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

    /// <summary>A domain that does not run goes where its user sends it, and starts there.</summary>
    private async Task SendToSecondAsync(DomainUnderTest domain)
    {
        await domain.SetPowerStateAsync("Halted", Cancellation);
        await domain.UntilAsync("Halted", Cancellation);
        await domain.PatchSpecAsync($$$"""{"placement":{"hostName":"{{{LineLab.SecondNode}}}"}}""", Cancellation);
        await domain.UntilAsync("sent to the second host", seen => seen.Status("host") == LineLab.SecondNode, Cancellation);
        await domain.SetPowerStateAsync("Running", Cancellation);
        (await domain.UntilAsync("Running", Cancellation)).Status("host").ShouldBe(LineLab.SecondNode);
        (await domain.OnHostAsync(Lab.SecondXen, Cancellation)).ShouldNotBeNull().IsRunning.ShouldBeTrue();
        (await domain.OnHostAsync(Cancellation)).ShouldBeNull();
        await Lab.SecondXen.UntilGuestConsoleAsync(domain.XenName, XenHostLab.GuestReady, 2, Patience, Cancellation);
    }

    /// <summary>kubectl drain waits until the guest was shut down on the one host and runs on the other, and an uncordoned host takes Domains again.</summary>
    private async Task DrainAsync(DomainUnderTest domain)
    {
        await domain.PatchSpecAsync("""{"placement":{"hostName":null}}""", Cancellation);
        await Lab.Kubectl.ApplyAsync($$"""{apiVersion: v1, kind: Node, metadata: {name: {{LineLab.SecondNode}}} }""", Cancellation);
        try
        {
            // As with an agent that is a Pod of it: the budget holds what runs, and somebody has to be the kubelet.
            await Lab.Kubectl.RunAsync(Cancellation, ["wait", $"pod/{Guard}", .. ChartNamespace, "--for=create", $"--timeout={Patience.TotalSeconds:0}s"]);
            await Lab.Kubectl.RunAsync(
                Cancellation, ["patch", "pod", Guard, .. ChartNamespace, "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Running"}}"""]);
            var drained = await Lab.Kubectl.TryRunAsync(Cancellation, "drain", LineLab.SecondNode, "--ignore-daemonsets", $"--timeout={Patience.TotalSeconds:0}s");
            drained.OutputOrThrow().ShouldEndWith($"node/{LineLab.SecondNode} drained\n");
            drained.Error.ShouldContain($"still has 1 Domain to be moved: {Namespace}/{domain.Name}");
            (await LineLab.ListDomainsAsync(Lab.SecondXen, Cancellation)).ShouldBeEmpty("this is what the drain has waited for");
            (await Lab.SecondXen.GuestConsoleAsync(domain.XenName, Cancellation)).Split(XenHostLab.GuestPoweredOff).Length.ShouldBe(3, "it was shut down cleanly, twice by now");
            (await domain.UntilAsync("Running", Cancellation)).Status("host").ShouldBe(LineLab.Node);
            (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().IsRunning.ShouldBeTrue();
            await Lab.Kubectl.RunAsync(Cancellation, "uncordon", LineLab.SecondNode);
            await Eventually.HoldsAsync(
                $"{LineLab.SecondNode} is not cordoned", Lab.Kubectl, ["xenhost", LineLab.SecondNode], host => host.Status("node") is null, Patience, Cancellation);
        }
        finally
        {
            await Lab.Kubectl.RunAsync(CancellationToken.None, "delete", "node", LineLab.SecondNode);
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
