using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator.Tests.Placement;

public sealed class HostControllerTests
{
    private static readonly TimeSpan Lease = HostLease.Duration;

    [Fact]
    public void A_host_whose_agent_is_silent_and_its_domains_are_unknown_and_nothing_is_moved() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.RunDomainAsync("web");
        await rig.ApplyHostAsync("xen-2");
        await rig.RenewLeaseAsync("xen-1");

        await rig.PassAsync(Lease - TimeSpan.FromSeconds(1));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        await rig.PassAsync(TimeSpan.FromSeconds(3));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("Unknown AgentSilent");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Ready") == "Unknown AgentSilent");
        await rig.UntilAsync(async () => (await rig.EventsAsync("xen-1")).Contains("Warning AgentSilent"));

        await rig.PassAsync(TimeSpan.FromHours(1));
        var domain = (await rig.DomainAsync("web"))!;
        domain.Status!.Host.ShouldBe("xen-1");
        OperatorRig.HostLabel(domain).ShouldBe("xen-1");
        (await ReadyAsync(rig, "xen-2")).ShouldBe("True Reported");
    });

    [Fact]
    public void Nothing_new_is_placed_on_a_host_whose_agent_is_silent() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.UntilAsync(async () => await ReadyAsync(rig, "xen-1") == "Unknown AgentSilent");
        await rig.ApplyDomainAsync("web");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "False NoHostFits");
        OperatorRig.Message((await rig.DomainAsync("web"))!, "Placed").ShouldContain("not ready: AgentSilent");
    });

    [Fact]
    public void A_host_that_never_had_a_lease_is_unknown_after_the_time_of_one() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.DeleteLeaseAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.PassAsync(Lease - TimeSpan.FromSeconds(1));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        await rig.UntilAsync(async () => await ReadyAsync(rig, "xen-1") == "Unknown AgentSilent");
    });

    [Fact]
    public void A_lease_that_is_renewed_late_but_in_time_changes_nothing() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.RenewForAsync("xen-1", TimeSpan.FromMinutes(20), period: Lease - TimeSpan.FromSeconds(2));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        rig.Client.Writes.ShouldBeEmpty();
    });

    [Fact]
    public void The_time_on_the_host_s_clock_counts_for_nothing() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        for (var i = 0; i < 20; i++)
        {
            await rig.RenewLeaseAsync("xen-1", clock: TimeSpan.FromDays(i % 2 == 0 ? -400 : 400) + TimeSpan.FromSeconds(i));
            await rig.PassAsync(TimeSpan.FromSeconds(10));
        }

        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        await rig.PassAsync(Lease);
        (await ReadyAsync(rig, "xen-1")).ShouldBe("Unknown AgentSilent");
    });

    [Fact]
    public void When_the_agent_speaks_again_its_word_counts_and_a_domain_stays_unknown_until_it_speaks_of_it() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.RunDomainAsync("web");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Ready") == "Unknown AgentSilent");

        await rig.ApplyHostAsync("xen-1");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Ready").ShouldBe("Unknown AgentSilent");
        OperatorRig.Message((await rig.DomainAsync("web"))!, "Ready").ShouldContain("has not reported on the domain since");

        await rig.ReportAsync("web", "True", "Running");
        await rig.PassAsync(TimeSpan.FromHours(1));
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Ready").ShouldBe("True Running");
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
    });

    [Fact]
    public void An_agent_that_writes_without_renewing_its_lease_is_contradicted_once_in_the_time_of_a_lease_and_no_faster() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        var contradicted = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(10); passed += TimeSpan.FromSeconds(1))
        {
            if (await ReadyAsync(rig, "xen-1") == "Unknown AgentSilent")
            {
                contradicted++;
                await rig.ReportHostAsync("xen-1");
            }

            await rig.PassAsync(TimeSpan.FromSeconds(1));
        }

        contradicted.ShouldBeInRange(2, (int)(TimeSpan.FromMinutes(10) / Lease));
        rig.Client.Writes.Count(write => write.Contains("xenhosts", StringComparison.Ordinal)).ShouldBe(contradicted);
    });

    [Fact]
    public void An_agent_whose_word_is_seen_before_the_lease_that_it_renewed_is_not_contradicted() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.UntilAsync(async () => await ReadyAsync(rig, "xen-1") == "Unknown AgentSilent");
        await rig.ReportHostAsync("xen-1");
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        await rig.RenewLeaseAsync("xen-1", TimeSpan.FromDays(1));
        var writes = rig.Client.Writes.Count;
        await rig.PassAsync(TimeSpan.FromHours(1));
        rig.Client.Writes.Count.ShouldBe(writes);
    });

    [Fact]
    public void Of_an_agent_that_renews_its_lease_and_reports_nothing_it_is_said_that_it_reports_nothing() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.UntilAsync(async () => await ReadyAsync(rig, "xen-1") == "Unknown AgentSilent");
        (await MessageAsync()).ShouldStartWith("No sign of life from its agent since ");
        var since = (await rig.HostAsync("xen-1"))!.Status!.Conditions.Find(HostReadyCondition.Type)!.LastTransitionTime;

        await rig.StopOperatorAsync();
        await rig.StartOperatorAsync();
        await rig.PassAsync(TimeSpan.FromSeconds(30));
        (await MessageAsync()).ShouldStartWith("No sign of life from its agent since ", customMessage: "this process has seen none yet");
        await rig.RenewForAsync("xen-1", TimeSpan.FromMinutes(10));
        (await ReadyAsync(rig, "xen-1")).ShouldBe("Unknown AgentSilent");
        (await MessageAsync()).ShouldStartWith("Its agent gives signs of life again, and has not said since how the host is");
        (await rig.HostAsync("xen-1"))!.Status!.Conditions.Find(HostReadyCondition.Type)!.LastTransitionTime.ShouldBe(since);
        rig.Client.Writes.Count(write => write.Contains("xenhosts", StringComparison.Ordinal)).ShouldBe(2);

        async Task<string> MessageAsync() => (await rig.HostAsync("xen-1"))!.Status!.Conditions.Find(HostReadyCondition.Type)!.Message!;
    });

    [Fact]
    public void An_operator_that_was_down_for_an_hour_overrules_nobody_who_speaks_and_finds_out_who_does_not() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1", "xen-2");
        await rig.RunDomainAsync("web", "xen-1");
        await rig.StopOperatorAsync();
        await rig.RenewForAsync("xen-1", TimeSpan.FromHours(1)); // the agent of xen-2 has died
        var writes = rig.Client.Writes.Count;
        await rig.StartOperatorAsync();
        await rig.RenewForAsync("xen-1", TimeSpan.FromMinutes(5));
        rig.Client.Writes.Skip(writes).ShouldBe(["apply-status xenhosts /xen-2"]);
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
        (await ReadyAsync(rig, "xen-2")).ShouldBe("Unknown AgentSilent");
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Ready").ShouldBe("True Running");
    });

    [Fact]
    public void A_Node_that_is_deleted_asks_for_nothing_any_more_and_its_host_stays() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await rig.StartOperatorAsync();
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node is { Cordoned: true });
        await rig.ApplyDomainAsync("web");
        await rig.UntilAsync("web", domain => OperatorRig.Message(domain, "Placed").Contains("its Node is cordoned", StringComparison.Ordinal));

        await rig.Store.DeleteAsync<Node>("xen-1", null, new DeleteOptions(), CancellationToken.None);
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-1");
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBeNull();
        (await ReadyAsync(rig, "xen-1")).ShouldBe("True Reported");
    });

    [Fact]
    public void A_host_that_is_called_otherwise_after_its_reboot_is_another_one_and_the_old_one_is_lost_until_it_is_confirmed() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.RunDomainAsync("web");
        await rig.UntilHostAsync("xen-1", HostSilence.IsSilent);
        await rig.ApplyHostAsync("xen-renamed");
        await rig.PassAsync(TimeSpan.FromHours(1));
        var domain = (await rig.DomainAsync("web"))!;
        (domain.Status!.Host, OperatorRig.Condition(domain, "Ready")).ShouldBe(("xen-1", "Unknown AgentSilent"));

        await rig.FenceAsync("xen-1");
        await rig.UntilAsync("web", d => d.Status!.Host == "xen-renamed");
    });

    private static async Task<string> ReadyAsync(OperatorRig rig, string host) =>
        (await rig.HostAsync(host))!.Status?.Conditions.Find(HostReadyCondition.Type) is { } ready ? $"{ready.Status} {ready.Reason}" : "";
}
