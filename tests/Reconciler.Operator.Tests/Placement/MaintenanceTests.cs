using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Operator.Tests.Placement;

/// <summary>A host that is to be emptied; the test is its agent.</summary>
public sealed class MaintenanceTests
{
    [Fact]
    public void A_domain_gets_another_host_only_when_its_agent_has_said_that_nothing_is_left() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync("web", domain => Placed(domain) == "True Moving");
        await rig.PassAsync(TimeSpan.FromMinutes(30));
        var asked = (await rig.DomainAsync("web"))!;
        asked.Status!.Host.ShouldBe("xen-1");
        asked.Status.Move!.To.ShouldBe("xen-2");

        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2" && OperatorRig.HostLabel(domain) == "xen-2");
        var moved = (await rig.DomainAsync("web"))!;
        OperatorRig.Condition(moved, "Ready").ShouldBe("False WaitingForAgent");
        moved.Status!.Move!.From.ShouldBe("xen-1");
        await rig.UntilAsync(async () => (await rig.EventsAsync("web")).Contains("Normal Moving"));

        await rig.ReportAsync("web", "True", "Running");
        await rig.UntilAsync("web", domain => domain.Status!.Move is null);
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-2");
    });

    [Fact]
    public void The_word_of_an_agent_counts_for_the_move_that_it_was_given_for_and_for_no_other() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync("web", domain => Placed(domain) == "True Moving");
        var since = (await rig.DomainAsync("web"))!.Status!.Move!.Since;
        foreach (var vacated in (DomainVacated[])[new() { Host = "xen-2", Since = since }, new() { Host = "xen-1", Since = since.AddSeconds(-1) }])
        {
            await rig.Store.ApplyStatusAsync(
                new Domain { Metadata = new ObjectMeta { Namespace = "default", Name = "web" }, Status = new DomainStatus { Vacated = vacated } },
                new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
            await rig.PassAsync(TimeSpan.FromMinutes(1));
            (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
        }
    });

    [Fact]
    public void One_startOrder_is_ready_elsewhere_before_the_next_begins() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "front", "data");
        await rig.ChangeDomainAsync("data", spec => spec with { StartOrder = new StartOrderSpec { Order = -1, DelaySeconds = 60 } });
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync("data", domain => Placed(domain) == "True Moving");
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Placed((await rig.DomainAsync("front"))!).ShouldBe("True WaitingToMove");
        OperatorRig.Message((await rig.DomainAsync("front"))!, "Placed").ShouldContain("default/data");

        await rig.VacateAsync("data", "xen-1");
        await rig.UntilAsync("data", domain => domain.Status!.Host == "xen-2");
        await rig.ReportAsync("data", "True", "Running");
        await rig.PassAsync(TimeSpan.FromSeconds(50));
        Placed((await rig.DomainAsync("front"))!).ShouldBe("True WaitingToMove");
        await rig.PassAsync(TimeSpan.FromSeconds(20));
        Placed((await rig.DomainAsync("front"))!).ShouldBe("True Moving");
    });

    [Fact]
    public void A_domain_that_never_becomes_ready_elsewhere_holds_up_the_others_for_ten_minutes() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "front", "data");
        await rig.ChangeDomainAsync("data", spec => spec with { StartOrder = new StartOrderSpec { Order = -1 } });
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync("data", domain => Placed(domain) == "True Moving");
        await rig.VacateAsync("data", "xen-1");
        await rig.UntilAsync("data", domain => domain.Status!.Host == "xen-2");
        await rig.ReportAsync("data", "False", "FileNotUsable");
        await rig.PassAsync(TimeSpan.FromMinutes(9));
        Placed((await rig.DomainAsync("front"))!).ShouldBe("True WaitingToMove");
        await rig.UntilAsync("front", domain => Placed(domain) == "True Moving");
    });

    [Fact]
    public void What_has_begun_to_move_is_finished_and_what_has_not_stays_when_the_host_is_not_to_be_emptied_any_more() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "front", "data");
        await rig.ChangeDomainAsync("data", spec => spec with { StartOrder = new StartOrderSpec { Order = -1 } });
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync("data", domain => Placed(domain) == "True Moving");
        await rig.UntilAsync("front", domain => Placed(domain) == "True WaitingToMove");
        await rig.ApplyHostAsync("xen-1");
        await rig.UntilAsync("front", domain => Placed(domain) == "True Placed");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        Placed((await rig.DomainAsync("data"))!).ShouldBe("True Moving");

        await rig.VacateAsync("data", "xen-1");
        await rig.UntilAsync("data", domain => OperatorRig.Condition(domain, "Ready") == "False WaitingForAgent" && Placed(domain) == "True Placed");
        (await rig.DomainAsync("front"))!.Status!.Move.ShouldBeNull();
    });

    [Fact]
    public void A_domain_that_comes_back_to_the_host_that_it_left_is_free_of_the_move() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync("web", domain => Placed(domain) == "True Moving");
        await rig.ApplyHostAsync("xen-2", free: "64Mi");
        await rig.PassAsync(TimeSpan.FromSeconds(1)); // hosts and Domains come by two watches
        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => Placed(domain) == "False NoHostFits");
        var waiting = (await rig.DomainAsync("web"))!;
        waiting.Status!.Host.ShouldBeNull();
        OperatorRig.Condition(waiting, "Ready").ShouldBe("False NoHost");

        await rig.ApplyHostAsync("xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-1");
        (await rig.DomainAsync("web"))!.Status!.Move.ShouldBeNull();
    });

    [Fact]
    public void What_can_not_run_elsewhere_goes_on_running_and_says_why() => OperatorRig.Run(async rig =>
    {
        await rig.Store.ApplyAsync(
            new XenStoragePool { Metadata = new ObjectMeta { Name = "pool" }, Spec = new XenStoragePoolSpec { Directory = new DirectoryPool { Path = "/srv/fast" } } },
            new ApplyOptions("admin"), CancellationToken.None);
        await rig.ApplyHostAsync("xen-1", free: "8Gi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("pinned", hostName: "xen-1");
        await rig.ApplyDomainAsync("big", memory: "3Gi");
        await rig.ApplyDomainAsync("disk");
        await rig.Store.ApplyAsync(
            new Vbd
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = "disk-xvda" },
                Spec = new VbdSpec { Domain = "disk", Device = "xvda", Source = new VbdSource { Volume = new VolumeSource { Pool = "pool", Name = "v" } } },
            },
            new ApplyOptions("user"), CancellationToken.None);
        foreach (var name in (string[])["pinned", "big", "disk"]) await rig.UntilPlacedAsync(name);
        await rig.ApplyHostAsync("xen-2", free: "2Gi");
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        foreach (var (name, why) in ((string, string)[])[("pinned", "placement.hostName pins it"), ("big", "needs 3100Mi"), ("disk", "XenStoragePool pool is not shared")])
            await rig.UntilAsync(name, domain => Placed(domain) == "True CannotMove" && OperatorRig.Message(domain, "Placed").Contains(why, StringComparison.Ordinal));
        (await rig.DomainAsync("disk"))!.Status!.Move.ShouldBeNull();

        await rig.Store.ApplyAsync(
            new XenStoragePool { Metadata = new ObjectMeta { Name = "pool" }, Spec = new XenStoragePoolSpec { Shared = true, Directory = new DirectoryPool { Path = "/srv/fast" } } },
            new ApplyOptions("admin"), CancellationToken.None);
        await rig.UntilAsync("disk", domain => Placed(domain) == "True Moving");
    });

    [Fact]
    public void The_host_says_how_far_it_is_what_is_left_and_what_hinders() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.ApplyDomainAsync("pinned", hostName: "xen-1");
        await rig.ApplyDomainAsync("off", powerState: PowerState.Halted, hostName: "xen-1");
        await rig.UntilPlacedAsync("pinned");
        await rig.UntilPlacedAsync("off");
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilHostAsync("xen-1", host => host.Status?.Maintenance is { Left: 2, Blocked: 1, Domains: [{ Name: "pinned", Reason: "CannotMove" }, { Name: "web", Reason: "Moving" }] });
        var host = (await rig.HostAsync("xen-1"))!;
        OperatorRig.Condition(host, EvacuatedCondition.Type).ShouldBe("False Evacuating");
        host.Status!.Maintenance!.Domains![0].Message!.ShouldContain("placement.hostName pins it");
        var since = host.Status.Maintenance.Since;

        await rig.VacateAsync("web", "xen-1");
        await rig.UntilHostAsync("xen-1", h => OperatorRig.Condition(h, EvacuatedCondition.Type) == "False Blocked");
        await rig.ChangeDomainAsync("pinned", spec => spec with { PowerState = PowerState.Halted });
        await rig.UntilHostAsync("xen-1", h => OperatorRig.Condition(h, EvacuatedCondition.Type) == "True Empty");
        host = (await rig.HostAsync("xen-1"))!;
        (host.Status!.Maintenance!.Left, host.Status.Maintenance.Since, host.Status.Maintenance.Domains).ShouldBe((0, since, null));
        await rig.UntilAsync(async () => (await rig.EventsAsync("xen-1")) is var events && events.Contains("Warning Blocked") && events.Contains("Normal Empty"));

        await rig.ApplyHostAsync("xen-1");
        await rig.UntilHostAsync("xen-1", h => h.Status!.Maintenance is null && OperatorRig.Condition(h, EvacuatedCondition.Type).Length == 0);
        OperatorRig.Condition(await rig.HostAsync("xen-1"), HostReadyCondition.Type).ShouldBe("True Reported");
    });

    [Fact]
    public void A_cordoned_node_takes_nothing_new_and_keeps_what_it_has_and_a_drained_one_is_emptied() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node is { Cordoned: true, Draining: null });
        await rig.ApplyDomainAsync("pinned", hostName: "xen-1");
        await rig.UntilAsync("pinned", domain => OperatorRig.Message(domain, "Placed").Contains("its Node is cordoned", StringComparison.Ordinal));
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        Placed((await rig.DomainAsync("web"))!).ShouldBe("True Placed");

        await rig.ApplyNodeAsync("xen-1", cordoned: true, HostPolicy.DrainTaint);
        await rig.UntilAsync("web", domain => Placed(domain) == "True Moving");
        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");

        await rig.ApplyNodeAsync("xen-1");
        await rig.UntilPlacedAsync("pinned");
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBeNull();
    });

    [Fact]
    public void Nothing_is_asked_of_a_host_whose_agent_is_silent() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilHostAsync("xen-1", HostSilence.IsSilent);
        await rig.Store.ApplyAsync(
            new XenHost { Metadata = new ObjectMeta { Name = "xen-1" }, Spec = new XenHostSpec { Maintenance = true } }, new ApplyOptions("admin", Force: true), CancellationToken.None);
        await rig.UntilAsync("web", domain => Placed(domain) == "True CannotMove");
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        (await rig.DomainAsync("web"))!.Status!.Move.ShouldBeNull();
    });

    [Fact]
    public void Nothing_new_is_placed_on_a_host_that_is_to_be_emptied() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilAsync("web", domain => Placed(domain) == "False NoHostFits");
        OperatorRig.Message((await rig.DomainAsync("web"))!, "Placed").ShouldContain("spec.maintenance is true");
    });

    [Fact]
    public void Two_domains_that_are_moved_are_never_promised_the_same_memory() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("a", "1Gi");
        await rig.ApplyDomainAsync("b", "1Gi");
        await rig.UntilPlacedAsync("a");
        await rig.UntilPlacedAsync("b");
        await rig.ApplyHostAsync("xen-2", free: "1500Mi");
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.UntilAsync(async () => (await rig.PlacedAsync("a", "b")).All(condition => condition != "True Placed"));
        (await rig.PlacedAsync("a", "b")).Order(StringComparer.Ordinal).ShouldBe(["True CannotMove", "True Moving"]);
    });

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void An_operator_that_is_killed_around_any_write_of_a_move_is_made_up_for_by_the_next_one(int number, bool tookEffect) => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig, "web");
        await rig.StopOperatorAsync();
        var first = rig.Client.Writes.Count + number;
        if (tookEffect) rig.Client.AfterWrite = write => Fail(write > first - 1);
        rig.Client.BeforeWrite = write => Fail(tookEffect ? write > first : write >= first);
        await rig.ApplyHostAsync("xen-1", maintenance: true);
        await rig.StartOperatorAsync();
        var vacated = await DriveAsync(rig, TimeSpan.FromSeconds(30), vacated: false);
        await rig.StopOperatorAsync();

        rig.Client.BeforeWrite = rig.Client.AfterWrite = _ => { };
        await rig.StartOperatorAsync();
        await DriveAsync(rig, TimeSpan.FromSeconds(60), vacated);
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2" && OperatorRig.HostLabel(domain) == "xen-2" && domain.Status.Move is null);
    });

    private static void Fail(bool now)
    {
        if (now) throw InterceptedClient.Unavailable();
    }

    /// <summary>Plays both agents for a while; fails when the domain is given to the second before the first has let go of it.</summary>
    private static async Task<bool> DriveAsync(OperatorRig rig, TimeSpan time, bool vacated)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            await rig.PassAsync(TimeSpan.FromSeconds(1));
            var domain = (await rig.DomainAsync("web"))!;
            var status = domain.Status!;
            if (status.Host == "xen-2") vacated.ShouldBeTrue();
            if (status is { Host: "xen-1", Move: not null, Vacated: null } && OperatorRig.HostLabel(domain) == "xen-1")
            {
                await rig.VacateAsync("web", "xen-1");
                vacated = true;
            }

            if (status.Host == "xen-2" && OperatorRig.HostLabel(domain) == "xen-2" && !status.Conditions.IsTrue(ReadyCondition.Type))
                await rig.ReportAsync("web", "True", "Running");
        }

        return vacated;
    }

    private static string Placed(Domain domain) => OperatorRig.Condition(domain, PlacedCondition.Type);

    /// <summary>Domains that run on xen-1, and an xen-2 with room.</summary>
    private static async Task StartAsync(OperatorRig rig, params string[] names)
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        foreach (var name in names)
        {
            await rig.RunDomainAsync(name);
        }

        await rig.ApplyHostAsync("xen-2");
    }
}
