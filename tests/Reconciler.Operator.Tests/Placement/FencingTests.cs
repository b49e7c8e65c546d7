using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Operator.Tests.Placement;

/// <summary>A host that was lost, and somebody's word that it is powered off.</summary>
public sealed class FencingTests
{
    [Fact]
    public void Domains_of_a_host_that_is_confirmed_to_be_powered_off_are_started_elsewhere() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web");
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");

        await rig.FenceAsync("xen-1");
        await rig.UntilHostAsync("xen-1", host => OperatorRig.Condition(host, FencedCondition.Type) == "True ConfirmedPoweredOff");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2" && OperatorRig.HostLabel(domain) == "xen-2");
        var domain = (await rig.DomainAsync("web"))!;
        OperatorRig.Condition(domain, "Ready").ShouldBe("False WaitingForAgent");
        (domain.Status!.Move!.From, domain.Status.Move.Reason).ShouldBe(("xen-1", DomainMove.Fenced));
        await rig.UntilAsync(async () => (await rig.EventsAsync("xen-1")).Contains("Warning Fenced"));

        // The agent of the lost host has said last that it takes memory there; here nothing is taken yet.
        await rig.ReportAsync("web", "True", "Running");
        await rig.UntilAsync("web", d => d.Status!.Move is null);
    });

    [Fact]
    public void What_is_bound_to_the_lost_host_stays_and_says_why() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web", hostName: "xen-1");
        await rig.FenceAsync("xen-1");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True CannotMove");
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Ready").ShouldBe("Unknown AgentSilent");
    });

    [Theory]
    [InlineData("another-boot", 0)]
    [InlineData(null, -60)]
    public void A_confirmation_of_another_boot_or_another_silence_counts_for_nothing(string? bootId, int seconds) => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web");
        await rig.FenceAsync("xen-1", bootId, TimeSpan.FromSeconds(seconds));
        await rig.UntilHostAsync("xen-1", host => OperatorRig.Condition(host, FencedCondition.Type) == "False Stale");
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
    });

    [Fact]
    public void A_confirmation_ends_with_the_silence_and_never_fences_a_later_one() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web", hostName: "xen-1");
        await rig.FenceAsync("xen-1");
        await rig.UntilHostAsync("xen-1", HostFencing.IsFenced);

        // Renewed before anything else is said: from that moment on nothing is moved off.
        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilHostAsync("xen-1", host => OperatorRig.Condition(host, FencedCondition.Type) == "False HostSpeaks");
        await rig.ApplyHostAsync("xen-1");
        await rig.ReportAsync("web", "True", "Running");
        await rig.ChangeDomainAsync("web", spec => spec with { Placement = new PlacementSpec() });
        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilHostAsync("xen-1", HostSilence.IsSilent);
        await rig.UntilHostAsync("xen-1", host => OperatorRig.Condition(host, FencedCondition.Type) == "False Stale");
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
    });

    [Fact]
    public void A_domain_that_its_agent_has_spoken_of_since_is_not_moved_though_its_host_looks_fenced() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web");
        Task? spoken = null;
        rig.Client.BeforeWrite = number =>
        {
            // The agent is first, between the decision and its write.
            if (spoken is not null || !rig.Client.Writes[number].StartsWith("apply-status domains default/web", StringComparison.Ordinal)) return;
            spoken = SpeakAsync();
        };
        await rig.FenceAsync("xen-1");
        await rig.UntilAsync(() => Task.FromResult(spoken is not null));
        await spoken!;
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Ready").ShouldBe("True Running");

        async Task SpeakAsync()
        {
            await rig.ApplyHostAsync("xen-1");
            await rig.ReportAsync("web", "True", "Running");
        }
    });

    [Fact]
    public void What_was_said_of_a_domain_in_a_later_boot_is_not_covered_by_the_end_of_an_earlier_one() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web");
        var silent = (await rig.DomainAsync("web"))!.Status!.Conditions.Find(ReadyCondition.Type)!;
        await rig.Store.ApplyStatusAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = "default", Name = "web" }, Status = new DomainStatus { BootId = "boot-2", Conditions = [silent] } },
            new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
        await rig.FenceAsync("xen-1");
        await rig.UntilHostAsync("xen-1", HostFencing.IsFenced);
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
    });

    [Fact]
    public void A_domain_that_is_deleted_while_its_host_is_fenced_goes() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web", hostName: "xen-1");
        await rig.DeleteDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web")).ShouldNotBeNull();
        await rig.FenceAsync("xen-1");
        await rig.UntilGoneAsync("web");
    });

    [Fact]
    public void A_domain_that_was_being_shut_down_when_its_host_was_lost_is_started_elsewhere_with_the_evidence() => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web", maintenance: true);
        (await rig.DomainAsync("web"))!.Status!.Move!.Reason.ShouldBe(DomainMove.Maintenance);
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
        await rig.FenceAsync("xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");
    });

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void An_operator_that_is_killed_around_any_write_of_a_rescue_is_made_up_for_by_the_next_one(int number, bool tookEffect) => OperatorRig.Run(async rig =>
    {
        await LoseAsync(rig, "web");
        await rig.StopOperatorAsync();
        await rig.FenceAsync("xen-1");
        var first = rig.Client.Writes.Count + number;
        void Fail(int write)
        {
            if (write >= first) throw InterceptedClient.Unavailable();
        }

        rig.Client.BeforeWrite = write => Fail(tookEffect ? write - 1 : write);
        if (tookEffect) rig.Client.AfterWrite = Fail;
        await rig.StartOperatorAsync();
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        await rig.StopOperatorAsync();

        rig.Client.BeforeWrite = rig.Client.AfterWrite = _ => { };
        await rig.StartOperatorAsync();
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2" && OperatorRig.HostLabel(domain) == "xen-2");
    });

    /// <summary>A domain that ran on xen-1, whose agent is silent now; xen-2 has room.</summary>
    private static async Task LoseAsync(OperatorRig rig, string name, string? hostName = null, bool maintenance = false)
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.RunDomainAsync(name, hostName);
        await rig.ApplyHostAsync("xen-2");
        if (maintenance)
        {
            await rig.ApplyHostAsync("xen-1", maintenance: true);
            await rig.UntilAsync(name, domain => domain.Status!.Move is not null);
        }

        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilHostAsync("xen-1", HostSilence.IsSilent);
        await rig.UntilAsync(name, HostSilence.IsSilent);
    }
}
