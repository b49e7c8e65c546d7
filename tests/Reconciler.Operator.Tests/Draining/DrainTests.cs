using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Draining;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Operator.Tests.Draining;

/// <summary>What a drain of a Node does to its host, and when it ends.</summary>
public sealed class DrainTests
{
    private static readonly HostNode Drained = new() { Cordoned = true, Draining = true, EvictionRequested = true };

    [Fact]
    public void A_drain_empties_the_host_and_ends_when_it_is_empty_and_uncordoning_brings_everything_back() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        (await rig.DrainAsync("xen-1")).ShouldBe(
            "XenHost xen-1 still has 1 Domain to be moved: default/web. What each waits for is in status.maintenance of the XenHost. To give up: kubectl uncordon xen-1");
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == Drained);
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True Moving");
        OperatorRig.Condition(await rig.HostAsync("xen-1"), EvacuatedCondition.Type).ShouldBe("False Evacuating");
        (await rig.EvictAsync("xen-1")).ShouldNotBeNull();

        await rig.VacateAsync("web", "xen-1");
        await rig.UntilGuardAsync("xen-1", guard => guard is null);
        (await rig.EvictAsync("xen-1")).ShouldBeNull();
        await rig.UntilGuardAsync("xen-2", guard => guard is not null);
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBe(Drained);

        await rig.ApplyNodeAsync("xen-1");
        await rig.UntilHostAsync("xen-1", host => host.Status is { Node: null, Maintenance: null });
        await rig.ApplyDomainAsync("db", hostName: "xen-1");
        await rig.UntilPlacedAsync("db");
        await rig.UntilGuardAsync("xen-1", guard => guard is not null && HostGuard.EvictionRequested(guard) is null);
        rig.Errors.Lines.ShouldBeEmpty();
    });

    [Fact]
    public void A_cordon_alone_empties_nothing_and_neither_does_an_eviction_without_one() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        (await rig.EvictAsync("xen-1")).ShouldBe(DrainRefusal.NotCordoned("xen-1"));
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        HostGuard.EvictionRequested(await rig.GuardAsync("xen-1")).ShouldBeNull();
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBe(new HostNode { Cordoned = true });
        (await rig.DomainAsync("web"))!.Status!.Move.ShouldBeNull();
    });

    [Fact]
    public void A_dry_run_is_refused_as_the_drain_would_be_and_notes_nothing() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        (await rig.EvictAsync("xen-1", dryRun: true))!.ShouldContain("still has 1 Domain");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        HostGuard.EvictionRequested(await rig.GuardAsync("xen-1")).ShouldBeNull();
        (await rig.HostAsync("xen-1"))!.Status!.Node!.Draining.ShouldBeNull();
    });

    [Fact]
    public void A_drain_that_was_broken_off_goes_on_until_the_Node_is_uncordoned_and_is_forgotten_then() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        // It can't leave, so the guard stays through all of it.
        await rig.ChangeDomainAsync("web", spec => spec with { Placement = new() { HostName = "xen-1" } });
        await rig.DrainAsync("xen-1");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True CannotMove");
        (await rig.EvictAsync("xen-1"))!.ShouldContain("1 of which can't leave: default/web (");
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBe(Drained);

        await rig.ApplyNodeAsync("xen-1");
        await rig.UntilGuardAsync("xen-1", guard => guard is not null && HostGuard.EvictionRequested(guard) is null);
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node is null);
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBe(new HostNode { Cordoned = true });
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Placed").ShouldBe("True Placed");
    });

    [Fact]
    public void A_drain_survives_the_operator_and_the_guard() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        // Marked by one process, followed by the next.
        await rig.StopOperatorAsync();
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await MarkAsync(rig);
        await rig.StartOperatorAsync();
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == Drained);

        var guard = (await rig.GuardAsync("xen-1"))!.Metadata.Uid;
        await rig.DeleteGuardAsync("xen-1"); // kubectl drain --disable-eviction
        await rig.UntilGuardAsync("xen-1", made => made is not null && made.Metadata.Uid != guard);
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await rig.HostAsync("xen-1"))!.Status!.Node.ShouldBe(Drained);
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True Moving");
        await rig.VacateAsync("web", "xen-1");
        await rig.UntilGuardAsync("xen-1", made => made is null);
    });

    [Fact]
    public void The_mark_of_a_drain_whose_cordon_is_not_seen_yet_is_not_taken_off() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.DrainAsync("xen-1");
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == Drained);
        var services = rig.Services;
        var late = new HostGuardController(
            rig.Client,
            services.GetRequiredService<HostGuardSettings>(),
            services.GetRequiredService<Store<Pod>>(),
            Holding(new Node { Metadata = new ObjectMeta { Name = "xen-1" } }),
            services.GetRequiredService<Store<Domain>>(),
            services.GetRequiredService<TimeProvider>(),
            NullLogger<HostGuardController>.Instance);
        await late.ReconcileAsync(new ObjectKey(null, "xen-1"), await rig.HostAsync("xen-1"), CancellationToken.None);
        HostGuard.EvictionRequested(await rig.GuardAsync("xen-1")).ShouldNotBeNull();
    });

    [Fact]
    public void The_taint_and_the_drain_are_two_wishes_and_each_ends_by_itself() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.ChangeDomainAsync("web", spec => spec with { Placement = new() { HostName = "xen-1" } });
        await rig.DrainAsync("xen-1");
        await rig.ApplyNodeAsync("xen-1", cordoned: true, HostPolicy.DrainTaint);
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == Drained);
        await rig.ApplyNodeAsync("xen-1", cordoned: false, HostPolicy.DrainTaint);
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == new HostNode { Draining = true });
        await rig.ApplyNodeAsync("xen-1");
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node is null);
    });

    [Fact]
    public void Of_a_host_whose_agent_is_silent_it_is_said_what_ends_the_waiting() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilHostAsync("xen-1", HostSilence.IsSilent);
        (await rig.DrainAsync("xen-1")).ShouldContain("its agent is silent, so none can be moved: default/web. Bring the agent back; or, once the machine is powered off, confirm that with kubectl xen fence xen-1 --confirm-powered-off");
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == Drained);
        await rig.PassAsync(TimeSpan.FromMinutes(10));
        (await rig.GuardAsync("xen-1")).ShouldNotBeNull();

        await rig.FenceAsync("xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");
        await rig.UntilGuardAsync("xen-1", guard => guard is null);
    });

    [Fact]
    public void A_guard_that_a_replica_has_not_heard_of_yet_is_held_by_it_too() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        var services = rig.Services;
        var replica = new HostGuardEvictions(
            rig.Client, services.GetRequiredService<HostGuardSettings>(), Holding<Pod>(), services.GetRequiredService<Store<XenHost>>(), services.GetRequiredService<Store<Node>>(),
            services.GetRequiredService<Store<Domain>>(), services.GetRequiredService<TimeProvider>());
        (await replica.RefuseAsync(OperatorRig.Namespace, HostGuard.NameOf("xen-1"), dryRun: false, CancellationToken.None)).ShouldNotBeNull();
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == Drained);
    });

    [Theory]
    [InlineData(OperatorRig.Namespace, "reconciler-operator-7d5f9-x")]
    [InlineData(OperatorRig.Namespace, "xen-host-guard-xen-3")]
    [InlineData("default", "xen-host-guard-xen-1")]
    public void Other_Pods_are_evicted_without_a_call_and_without_a_word(string @namespace, string name) => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        rig.Client.BeforeGet = () => throw new InvalidOperationException("a call");
        (await rig.Services.GetRequiredService<HostGuardEvictions>().RefuseAsync(@namespace, name, dryRun: false, CancellationToken.None)).ShouldBeNull();
    });

    [Fact]
    public void Without_guards_a_drain_is_a_cordon_as_the_operator_watches_no_Pods() => OperatorRig.Run(async rig =>
    {
        rig.Client.Refuse = kind => kind == typeof(Pod);
        await rig.StartWithHostsAsync("xen-1");
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await rig.UntilHostAsync("xen-1", host => host.Status?.Node == new HostNode { Cordoned = true });
        rig.Errors.Lines.ShouldBeEmpty();
    });

    /// <summary>A store that has heard of these objects and no others.</summary>
    private static Store<T> Holding<T>(params IEnumerable<T> objects)
        where T : class, IResource<T>
    {
        var store = new Store<T>();
        store.Apply(ReflectorEvent<T>.Init);
        foreach (var entity in objects) store.Apply(ReflectorEvent<T>.Of(ReflectorEventType.InitApply, entity));
        store.Apply(ReflectorEvent<T>.InitDone);
        return store;
    }

    /// <summary>What the webhook of any replica writes.</summary>
    private static async Task MarkAsync(OperatorRig rig) => await rig.Store.PatchAsync<Pod>(
        HostGuard.NameOf("xen-1"), OperatorRig.Namespace, HostGuardPods.Marked((await rig.GuardAsync("xen-1"))!, DateTimeOffset.UnixEpoch), CancellationToken.None);
}
