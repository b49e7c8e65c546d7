using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(Disruptions.Name)]
public sealed class XenstoredTests(LineLab lab) : LineTest(lab)
{
    /// <summary>How a host restarts its xenstored: a new program in the same process, which keeps connections, watches and nodes.</summary>
    private const string LiveUpdate = "xenstore-control live-update /usr/sbin/xenstored";

    private const string Kill = "kill -9 $(cat /run/xen/xenstored.pid); rm /run/xen/xenstored.pid";

    /// <summary>An empty xenstore, and the two that depend on it; the guests' nodes and the daemon's ties to them are lost.</summary>
    private const string StartAgain =
        "[ -e /run/xen/xenstored.pid ] || xenstored -F /run/xen/xenstored.pid; xen-init-dom0; " +
        "kill $(cat /run/xen/xenconsoled.pid); while [ -e /run/xen/xenconsoled.pid ] && kill -0 $(cat /run/xen/xenconsoled.pid); do sleep 0.1; done; " +
        "xenconsoled --pid-file=/run/xen/xenconsoled.pid --log=guest --log-dir=/var/log/xen";

    [Fact]
    public async Task A_live_update_of_xenstored_touches_no_domain_and_the_agent_goes_on_watching()
    {
        var domain = Domain("updated");
        await domain.ApplyAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        var before = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();

        await Lab.Xen.ExecAsync(LiveUpdate, Cancellation);
        (await Lab.Xen.ExecAsync("tr '\\0' ' ' </proc/$(cat /run/xen/xenstored.pid)/cmdline", Cancellation))
            .ShouldContain(" -U", customMessage: "xenstored was started anew from its saved state");
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(before.Domid);
        await UntilReadinessAsync("200 OK", Cancellation);

        // What only a watch tells this soon: a guest that ends without an order is started again.
        await Lab.Xen.ExecAsync($"xl shutdown {domain.XenName}", Cancellation);
        var restarted = await domain.UntilAsync(
            "started again", seen => seen.Condition("Ready") == "True/Running" && seen.Status("domid") != $"{before.Domid}", Cancellation);
        restarted.Status("lastExit.reason").ShouldBe("Poweroff");
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Uuid.ShouldBe(before.Uuid);
        await domain.DeleteAsync(Cancellation);
    }

    /// <summary>A Xen host is not made to live through this: it shows that the agent harms nothing when it happens, and is at work again after it.</summary>
    [Fact]
    public async Task Domains_live_on_when_xenstored_dies_and_the_agent_says_so_and_takes_up_its_work_when_there_is_one_again()
    {
        var survivor = new DomainUnderTest(Lab, Namespace, "survivor") { GracePeriodSeconds = 5 };
        await survivor.ApplyAsync(Cancellation);
        await survivor.UntilAsync("Running", Cancellation);
        var before = (await survivor.OnHostAsync(Cancellation)).ShouldNotBeNull();
        var agent = await Lab.AgentProcessIdAsync(Cancellation);
        try
        {
            await Lab.Xen.ExecAsync(Kill, Cancellation);
            var unready = await UntilReadinessAsync("503", Cancellation);
            unready.ShouldContain("xen host: no connection to xenstored");
        }
        finally
        {
            await Lab.Xen.ExecAsync(StartAgain, CancellationToken.None);
        }

        await UntilReadinessAsync("200 OK", Cancellation);
        await survivor.SetPowerStateAsync("Paused", Cancellation);
        await survivor.UntilAsync("Paused", Cancellation);
        var after = (await Lab.ListDomainsAsync(Cancellation)).Single(domain => domain.Uuid == before.Uuid);
        after.Domid.ShouldBe(before.Domid, "it was neither stopped nor started anew");
        after.IsPaused.ShouldBeTrue(after.State);
        await survivor.SetPowerStateAsync("Running", Cancellation);

        // Its watches are there again: what happens to a domain by hand is seen and mended.
        var next = Domain("next");
        await next.ApplyAsync(Cancellation);
        await next.UntilAsync("Running", Cancellation);
        var first = (await next.OnHostAsync(Cancellation)).ShouldNotBeNull();
        await Lab.Xen.ExecAsync($"xl destroy {next.XenName}", Cancellation);
        await next.UntilAsync("started again", seen => seen.Condition("Ready") == "True/Running" && seen.Status("domid") != $"{first.Domid}", Cancellation);
        (await Lab.AgentProcessIdAsync(Cancellation)).ShouldBe(agent);
        await Lab.Xen.ExecAsync($"kill -0 {agent}", Cancellation);
        await next.DeleteAsync(Cancellation);

        // Nobody can ask it to shut down any more: it is forced off when its grace period is over.
        await survivor.DeleteAsync(Cancellation);
        (await Lab.ListDomainsAsync(Cancellation)).ShouldNotContain(domain => domain.Uuid == before.Uuid);
    }

    private Task<string> UntilReadinessAsync(string status, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"the agent's readiness is {status}", () => Lab.AgentReadinessAsync(cancellation), seen => seen.Contains(status, StringComparison.Ordinal),
        TimeSpan.FromSeconds(60), TimeSpan.FromMilliseconds(500), cancellation);
}
