using Reconciler.Agent.Tests.Devices;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Tests.Hosts;

/// <summary>Domains that leave a host, by a move or because it was lost; the test is the operator.</summary>
public sealed class EvacuationTests
{
    private static readonly ApplyOptions Operator = new(XenApi.OperatorStatusFieldManager);

    [Fact]
    public void A_domain_that_is_to_leave_is_shut_down_cleanly_and_then_said_to_be_gone() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        var move = await MoveAsync(rig);
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.ShuttingDown);
        (await rig.GetAsync<Domain>("web"))!.Status!.Vacated.ShouldBeNull();

        var left = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Vacated);
        (await rig.SeenAsync()).ShouldBeNull();
        left.Status!.Vacated.ShouldBe(new DomainVacated { Host = AgentRig.Node, Since = move.Since });
        left.Status.PowerState.ShouldBe("Halted");
        left.Status.RanOn.ShouldBe(AgentRig.Node);
        left.Status.LastShutdown!.Method.ShouldBe("Clean");

        // It is not started again here, and nothing more is written.
        var version = left.Metadata.ResourceVersion;
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await rig.SeenAsync()).ShouldBeNull();
        (await rig.GetAsync<Domain>("web"))!.Metadata.ResourceVersion.ShouldBe(version);
    });

    [Fact]
    public void What_no_longer_fits_is_refused_and_tried_until_the_operator_takes_it_away() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync(change: spec => spec with { Memory = new MemorySpec { Size = "15Ti" } });
        await rig.StartAsync();
        var refused = await rig.UntilDomainAsync("web", domain => domain.Status?.Refusal is not null);
        ReasonOf(refused).ShouldBe(ReadyCondition.NotEnoughMemory);
        refused.Status!.Refusal!.Host.ShouldBe(AgentRig.Node);
        refused.Status.Refusal.Reason.ShouldBe("NotEnoughMemory");
        refused.Status.Refusal.Message.ShouldContain("KiB are free");

        // It stands since it began, and trying again writes nothing.
        await Task.Delay(TimeSpan.FromMinutes(10), rig.Time);
        (await rig.GetAsync<Domain>("web"))!.Metadata.ResourceVersion.ShouldBe(refused.Metadata.ResourceVersion);

        await MoveAsync(rig);
        var left = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Vacated);
        left.Status!.Refusal.ShouldBeNull();
    });

    [Theory]
    [InlineData("/srv/fast", "PoolNotReady", "VBD web-xvda: XenStoragePool fast: ")]
    [InlineData("/sys/class/net/xenbr0", "NetworkNotReady", "VIF web-vif0: ")]
    public void What_has_lost_its_pool_or_its_network_is_refused_and_one_that_is_only_late_after_a_boot_is_waited_for(string gone, string reason, string message) => AgentRig.Run(async rig =>
    {
        await rig.OfferAsync();
        await rig.StartAsync();
        rig.Host.Files.Remove(gone);
        var domain = await rig.DomainAsync(change: spec => spec with { WaitFor = new WaitForSpec { Vbds = ["web-xvda"], Vifs = ["web-vif0"] } });
        await rig.VbdAsync(domain, "web-xvda", AgentRig.Made("xvda", "root"));
        await rig.VifAsync(domain, "web-vif0", new VifSpec { Domain = "web", Index = 0, Network = "lan" });
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.WaitingForDevices);
        await Task.Delay(TimeSpan.FromSeconds(90), rig.Time);
        (await rig.GetAsync<Domain>("web"))!.Status!.Refusal.ShouldBeNull();

        var refused = await rig.UntilDomainAsync("web", domain => domain.Status?.Refusal is not null);
        (refused.Status!.Refusal!.Host, refused.Status.Refusal.Reason).ShouldBe((AgentRig.Node, reason));
        refused.Status.Refusal.Message.ShouldStartWith(message);

        // It stands since it began, and trying again writes nothing; what comes back is used.
        await Task.Delay(TimeSpan.FromMinutes(10), rig.Time);
        (await rig.GetAsync<Domain>("web"))!.Metadata.ResourceVersion.ShouldBe(refused.Metadata.ResourceVersion);
        rig.Host.Files.Restore(gone);
        (await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running)).Status!.Refusal.ShouldBeNull();
    });

    [Theory]
    [InlineData("/boot/vmlinuz", ReadyCondition.FileNotUsable)]
    [InlineData("/srv/web.img", ReadyCondition.WaitingForDevices)]
    public void A_path_that_the_host_lacks_is_waited_for_and_is_no_refusal(string path, string reason) => AgentRig.Run(async rig =>
    {
        await rig.StartAsync();
        rig.Host.Files.Remove(path);
        var domain = await rig.DomainAsync(change: spec => spec with { WaitFor = new WaitForSpec { Vbds = ["web-xvda"] } });
        await rig.VbdAsync(domain, "web-xvda", new VbdSpec { Domain = "web", Device = "xvda", Source = new VbdSource { File = new FileSource { Path = "/srv/web.img" } } });
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == reason);

        await Task.Delay(TimeSpan.FromMinutes(30), rig.Time);
        var waiting = (await rig.GetAsync<Domain>("web"))!;
        waiting.Status!.Refusal.ShouldBeNull();
        waiting.Status.Conditions.Find(ReadyCondition.Type)!.Message.ShouldNotBeNull().ShouldContain(path);
        rig.Host.Files.Restore(path);
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
    });

    [Theory]
    [InlineData("/boot/vmlinuz", ReadyCondition.FileNotUsable)]
    [InlineData("/srv/web.img", ReadyCondition.WaitingForDevices)]
    public void One_that_waits_for_a_path_and_has_never_run_leaves_at_once_when_it_is_to(string path, string reason) => AgentRig.Run(async rig =>
    {
        await rig.StartAsync();
        rig.Host.Files.Remove(path);
        var domain = await rig.DomainAsync(change: spec => spec with { WaitFor = new WaitForSpec { Vbds = ["web-xvda"] } });
        await rig.VbdAsync(domain, "web-xvda", new VbdSpec { Domain = "web", Device = "xvda", Source = new VbdSource { File = new FileSource { Path = "/srv/web.img" } } });
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == reason);

        var move = await MoveAsync(rig);
        var left = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Vacated);
        left.Status!.Vacated.ShouldBe(new DomainVacated { Host = AgentRig.Node, Since = move.Since });
        left.Status.RanOn.ShouldBeNull();
    });

    [Fact]
    public void What_fits_after_all_is_started_and_refused_no_more() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync(change: spec => spec with { Memory = new MemorySpec { Size = "15Ti" } });
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => domain.Status?.Refusal is not null);
        await rig.DomainAsync();
        (await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running)).Status!.Refusal.ShouldBeNull();
    });

    [Fact]
    public void A_domain_that_comes_back_without_a_move_is_started() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        await MoveAsync(rig);
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Vacated);
        await GiveAsync(rig, AgentRig.Node);
        var back = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        back.Status!.Vacated.ShouldBeNull();
    });

    [Fact]
    public void A_domain_that_arrives_from_another_host_is_started_whatever_that_has_said() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        var move = new DomainMove { From = "xen-b", Reason = DomainMove.Maintenance, Since = rig.Time.GetUtcNow() };
        await rig.Store.ApplyStatusAsync(
            new Domain { Metadata = Name, Status = new DomainStatus { Host = AgentRig.Node, Move = move } }, Operator, CancellationToken.None);
        await rig.Store.ApplyStatusAsync(
            new Domain { Metadata = Name, Status = new DomainStatus { PowerState = "Halted", Vacated = new DomainVacated { Host = "xen-b", Since = move.Since } } },
            new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
    });

    [Fact]
    public void A_guest_that_ended_by_itself_and_is_not_to_be_started_again_is_not_forgotten_to_have_ended() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync(change: spec => spec with { RestartPolicy = Api.Domains.RestartPolicy.Never });
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        rig.Host.ByHand.End((await rig.SeenAsync())!.Domid, ShutdownReason.Poweroff);
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Ended);
        await MoveAsync(rig);
        var left = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Vacated);
        left.Status!.LastExit.ShouldNotBeNull();
    });

    [Fact]
    public void An_agent_whose_host_was_fenced_starts_nothing_that_was_given_to_another_host_before_it_spoke() => AgentRig.Run(async rig =>
    {
        await LoseAsync(rig);
        Task? given = null;
        rig.Client.BeforeWrite = number =>
        {
            // The last moment: the agent has read the Domain as its own, and is about to say so.
            if (given is not null || !rig.Client.Writes[number].StartsWith("apply-status domains", StringComparison.Ordinal)) return;
            given = GiveAsync(rig, "xen-b");
        };
        await rig.StartAsync();
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        await given!;
        (await rig.SeenAsync()).ShouldBeNull();
    });

    [Fact]
    public void An_agent_that_speaks_of_a_domain_first_keeps_it_and_starts_it_after_that() => AgentRig.Run(async rig =>
    {
        await LoseAsync(rig);
        await rig.StartAsync();
        await rig.UntilAsync(
            async () =>
            {
                var domain = (await rig.GetAsync<Domain>("web"))!;
                if (await rig.SeenAsync() is not null) ReasonOf(domain).ShouldNotBe(ReadyCondition.AgentSilent);
                return ReasonOf(domain) == ReadyCondition.Running;
            },
            () => Task.FromResult("not running"));
    });

    [Fact]
    public void Nothing_is_started_before_the_host_has_said_which_boot_this_is() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        var isAway = true;
        rig.Client.BeforeWrite = number =>
        {
            if (isAway && rig.Client.Writes[number].StartsWith("apply-status xenhosts", StringComparison.Ordinal)) throw InterceptedClient.Unavailable();
        };
        await rig.StartAsync();
        await Task.Delay(TimeSpan.FromMinutes(1), rig.Time);
        (await rig.SeenAsync()).ShouldBeNull();
        isAway = false;
        var running = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        running.Status!.BootId.ShouldBe((await rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None))!.Status!.BootId);
    });

    [Fact]
    public void An_agent_of_a_fenced_host_trusts_no_copy_of_a_domain_that_it_has_not_spoken_of() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.Store.ApplyAsync(new XenHost { Metadata = new ObjectMeta { Name = AgentRig.Node }, Spec = new XenHostSpec() }, new ApplyOptions("admin"), CancellationToken.None);
        await rig.Store.ApplyStatusAsync(
            new XenHost
            {
                Metadata = new ObjectMeta { Name = AgentRig.Node },
                Status = new XenHostStatus
                {
                    Conditions = [new Condition { Type = FencedCondition.Type, Status = ConditionStatus.True, Reason = FencedCondition.ConfirmedPoweredOff, Message = "", LastTransitionTime = rig.Time.GetUtcNow() }],
                },
            },
            Operator, CancellationToken.None);
        Task? given = null;
        rig.Client.BeforeWrite = number =>
        {
            if (given is null && rig.Client.Writes[number].StartsWith("apply-status domains", StringComparison.Ordinal)) given = GiveAsync(rig, "xen-b");
        };
        await rig.StartAsync();
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        await given!;
        (await rig.SeenAsync()).ShouldBeNull();
    });

    [Fact]
    public void A_copy_that_was_running_all_the_time_is_paused_and_the_host_says_so_until_it_is_gone() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        await GiveAsync(rig, "xen-b");
        await rig.UntilAsync(async () => await SplitBrainAsync(rig) is not null, () => Task.FromResult("not said"));
        var kept = (await rig.SeenAsync())!;
        kept.State.ShouldBe(RunState.Paused);
        (await SplitBrainAsync(rig))!.Message!.ShouldContain("shop/web (by xen-b)");
        await rig.UntilAsync(
            async () => (await rig.Store.ListAsync<Event>(new ListOptions { Namespace = AgentRig.Namespace }, CancellationToken.None)).Items
                .Any(e => e is { Reason: SplitBrainCondition.Type, Regarding.Name: "web" }),
            () => Task.FromResult("no event"));

        // Also after a restart of the agent.
        await rig.StopAsync();
        await rig.StartAsync();
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await rig.SeenAsync())!.Domid.ShouldBe(kept.Domid);
        (await SplitBrainAsync(rig)).ShouldNotBeNull();

        await rig.Host.DestroyAsync(new DomainRef(kept.Uuid, kept.Domid), CancellationToken.None);
        await rig.UntilAsync(async () => await SplitBrainAsync(rig) is null, () => Task.FromResult("still said"));
    });

    private static ObjectMeta Name => new() { Namespace = AgentRig.Namespace, Name = "web" };

    /// <summary>A domain that ran on the host; the host has been rebooted meanwhile, and the operator has said that nothing is heard of its agent.</summary>
    private static async Task LoseAsync(AgentRig rig)
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        await rig.StopAsync();
        rig.Host.ByHand.Reboot();
        await SayAsync(rig, AgentRig.Node, ConditionStatus.Unknown, ReadyCondition.AgentSilent);
    }

    private static async Task<DomainMove> MoveAsync(AgentRig rig)
    {
        var move = new DomainMove { From = AgentRig.Node, To = "xen-b", Reason = DomainMove.Maintenance, Since = rig.Time.GetUtcNow() };
        await rig.Store.ApplyStatusAsync(new Domain { Metadata = Name, Status = new DomainStatus { Host = AgentRig.Node, Move = move } }, Operator, CancellationToken.None);
        return move;
    }

    /// <summary>Another host, before the label follows.</summary>
    private static Task<Domain> GiveAsync(AgentRig rig, string host) => SayAsync(rig, host, ConditionStatus.False, ReadyCondition.WaitingForAgent);

    private static Task<Domain> SayAsync(AgentRig rig, string host, string ready, string reason) => rig.Store.ApplyStatusAsync(
        new Domain
        {
            Metadata = Name,
            Status = new DomainStatus
            {
                Host = host,
                Conditions = [new Condition { Type = ReadyCondition.Type, Status = ready, Reason = reason, Message = "", LastTransitionTime = rig.Time.GetUtcNow() }],
            },
        },
        Operator, CancellationToken.None);

    private static async Task<Condition?> SplitBrainAsync(AgentRig rig) =>
        (await rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None))?.Status?.Conditions.Find(SplitBrainCondition.Type);

    private static string? ReasonOf(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;
}
