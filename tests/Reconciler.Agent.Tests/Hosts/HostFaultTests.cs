using Reconciler.Agent.Tests.Devices;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Hosts;

/// <summary>What hosts go through: each time no guest is harmed, and what is said is true. The table is in docs/hosts.md.</summary>
public sealed class HostFaultTests
{
    private static readonly ApplyOptions Operator = new(XenApi.OperatorStatusFieldManager);

    [Fact]
    public void A_machine_that_was_renamed_while_guests_run_does_nothing_under_its_new_name_until_it_was_rebooted() => AgentRig.Run(async rig =>
    {
        var guest = await RunningAsync(rig);
        var boot = (await HostAsync(rig, AgentRig.Node))!.Status!.BootId;
        await rig.StopAsync();

        // Until now the machine was called xen-old.
        await rig.Store.DeleteAsync<XenHost>(AgentRig.Node, null, new DeleteOptions(), CancellationToken.None);
        await rig.Store.ApplyAsync(new XenHost { Metadata = new ObjectMeta { Name = "xen-old" }, Spec = new XenHostSpec() }, new ApplyOptions("admin"), CancellationToken.None);
        await rig.Store.ApplyStatusAsync(
            new XenHost { Metadata = new ObjectMeta { Name = "xen-old" }, Status = new XenHostStatus { BootId = boot } }, new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
        await GiveAsync(rig, "xen-old");
        var renewed = await RenewedAsync(rig);

        await rig.StartAsync();
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await HostAsync(rig, AgentRig.Node)).ShouldBeNull();
        (await RenewedAsync(rig)).ShouldBe(renewed);
        (await SeenAsync(rig)).ShouldBe((guest.Domid, RunState.Running));
        rig.NotReadyReasons().ShouldContain(reason => reason.Contains("this machine is XenHost xen-old in this very boot", StringComparison.Ordinal));

        await rig.StopAsync();
        rig.Host.ByHand.Reboot();
        await rig.StartAsync();
        await rig.UntilAsync(async () => (await HostAsync(rig, AgentRig.Node))?.Status?.BootId is not null, () => Task.FromResult("no XenHost"));
    });

    [Fact]
    public void An_agent_whose_name_another_machine_has_taken_meanwhile_falls_silent_and_leaves_its_guests_alone() => AgentRig.Run(async rig =>
    {
        var guest = await RunningAsync(rig);
        await rig.Store.ApplyStatusAsync(
            new XenHost { Metadata = new ObjectMeta { Name = AgentRig.Node }, Status = new XenHostStatus { SystemUuid = "22222222-0000-4000-8000-000000000000", BootId = "its" } },
            new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(2), rig.Time);
        var (renewed, writes) = (await RenewedAsync(rig), rig.Client.Writes.Count);
        await GiveAsync(rig, "xen-b");
        await rig.DomainAsync("other");

        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await RenewedAsync(rig)).ShouldBe(renewed);
        rig.Client.Writes.Count.ShouldBe(writes);
        (await SeenAsync(rig)).ShouldBe((guest.Domid, RunState.Running));
        (await rig.SeenAsync("other")).ShouldBeNull();
        rig.NotReadyReasons().ShouldContain(reason => reason.Contains("is another machine's", StringComparison.Ordinal));
    });

    [Fact]
    public void A_XenHost_that_is_deleted_by_hand_comes_back_and_its_guests_are_not_touched() => AgentRig.Run(async rig =>
    {
        var guest = await RunningAsync(rig);
        var boot = (await HostAsync(rig, AgentRig.Node))!.Status!.BootId;
        await rig.Store.DeleteAsync<XenHost>(AgentRig.Node, null, new DeleteOptions(), CancellationToken.None);
        await rig.UntilAsync(async () => (await HostAsync(rig, AgentRig.Node))?.Status?.Conditions.IsTrue(HostReadyCondition.Type) == true, () => Task.FromResult("not back"));
        var host = (await HostAsync(rig, AgentRig.Node))!;
        host.Status!.BootId.ShouldBe(boot);
        host.Status.Capabilities.ShouldBe(["hap", "iommu"]);
        (host.Status.NumaNodes, host.Status.CpuFeatures).ShouldBe((1, new SimulatedHostOptions().CpuFeatures));
        host.Status.Numa.ShouldBe([new HostNumaNode { Id = 0, Memory = host.Status.Memory!.Total, Cpus = 8 }]);
        (host.Spec!.Schedulable, host.Spec.Maintenance, host.Spec.Fence).ShouldBe((true, false, null));
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await SeenAsync(rig)).ShouldBe((guest.Domid, RunState.Running));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(2000)]
    public void A_host_that_is_rebooted_in_the_middle_of_a_create_starts_the_domain_once_after_its_boot(int milliseconds) => AgentRig.Run(
        async rig =>
        {
            await rig.StartAsync();
            await rig.UntilAsync(async () => (await HostAsync(rig, AgentRig.Node))?.Status?.BootId is not null, () => Task.FromResult("no XenHost"));
            await rig.DomainAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(1000 + milliseconds), rig.Time);
            rig.Host.ByHand.Reboot();
            await rig.StopAsync(); // which lets a create come to its end, so once more
            rig.Host.ByHand.Reboot();

            await rig.StartAsync();
            var domain = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
            (await rig.Host.ObserveAllAsync(CancellationToken.None)).ShouldHaveSingleItem().Domid.ShouldBe(domain.Status!.Domid!.Value);
            domain.Status.BootId.ShouldBe((await HostAsync(rig, AgentRig.Node))!.Status!.BootId);
            (await rig.Host.DescribeAsync(CancellationToken.None)).BootId.ShouldBe(domain.Status.BootId);
        },
        SimulatedHostOptions.Lifelike with { Latency = operation => TimeSpan.FromMilliseconds(operation == HostOperation.CreatePaused ? 3000 : 5) });

    [Fact]
    public void A_host_goes_on_as_it_was_while_the_API_server_is_away_for_an_hour() => AgentRig.Run(async rig =>
    {
        var guest = await RunningAsync(rig);
        await rig.DomainAsync("reboots", spec => spec with { Boot = spec.Boot! with { Cmdline = "sim.rebootAfter=10m" } });
        await rig.UntilDomainAsync("reboots", domain => ReasonOf(domain) == ReadyCondition.Running);
        var isAway = true;
        rig.Client.BeforeWrite = _ => Away();
        rig.Client.BeforeGet = Away;
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await SeenAsync(rig)).ShouldBe((guest.Domid, RunState.Running));
        rig.NotReadyReasons().ShouldContain(reason => reason.Contains("its Lease is not renewed", StringComparison.Ordinal));
        // How it ended has to be written down before it is forgotten.
        (await rig.SeenAsync("reboots"))!.State.ShouldBe(RunState.ShutDown);

        // What the operator has said meanwhile is put right, and the guest is the same.
        await rig.Store.ApplyStatusAsync(
            new XenHost { Metadata = new ObjectMeta { Name = AgentRig.Node }, Status = new XenHostStatus { Conditions = [Silent(HostReadyCondition.Type)] } }, Operator, CancellationToken.None);
        await rig.Store.ApplyStatusAsync(
            new Domain { Metadata = Name, Status = new DomainStatus { Host = AgentRig.Node, Conditions = [Silent(ReadyCondition.Type)] } }, Operator, CancellationToken.None);
        isAway = false;
        (await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running)).Status!.Domid.ShouldBe(guest.Domid);
        (await HostAsync(rig, AgentRig.Node))!.Status!.Conditions.IsTrue(HostReadyCondition.Type).ShouldBeTrue();
        (await SeenAsync(rig)).ShouldBe((guest.Domid, RunState.Running));
        await rig.UntilAsync(async () => (await rig.SeenAsync("reboots"))?.State == RunState.Running, () => Task.FromResult("not started again"));

        void Away()
        {
            if (isAway) throw InterceptedClient.Unavailable();
        }
    });

    private static ObjectMeta Name => new() { Namespace = AgentRig.Namespace, Name = "web" };

    private static async Task<ObservedDomain> RunningAsync(AgentRig rig)
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        return (await rig.SeenAsync())!;
    }

    private static async Task<(int, RunState)> SeenAsync(AgentRig rig)
    {
        var seen = (await rig.SeenAsync())!;
        return (seen.Domid, seen.State);
    }

    private static Task<Domain> GiveAsync(AgentRig rig, string host) =>
        rig.Store.ApplyStatusAsync(new Domain { Metadata = Name, Status = new DomainStatus { Host = host } }, Operator, CancellationToken.None);

    private static Task<XenHost?> HostAsync(AgentRig rig, string name) => rig.Store.GetAsync<XenHost>(name, null, CancellationToken.None);

    private static async Task<DateTimeOffset?> RenewedAsync(AgentRig rig) =>
        (await rig.Store.GetAsync<Lease>(HostLease.NameOf(AgentRig.Node), "reconciler", CancellationToken.None))?.Spec?.RenewTime;

    private static string? ReasonOf(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;

    private static Condition Silent(string type) => new()
    {
        Type = type, Status = ConditionStatus.Unknown, Reason = HostReadyCondition.AgentSilent, Message = "", LastTransitionTime = DateTimeOffset.UnixEpoch,
    };
}
