using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Operator.Admission;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Tests.Admission;

/// <summary>What the webhooks of the operator say, without anything around them.</summary>
public sealed class ValidatorTests
{
    private static readonly AdmissionContext Context = new() { Uid = "1", Operation = AdmissionOperations.Create, Name = "web", Namespace = "default" };
    private readonly Store<XenHost> _hosts = new();
    private readonly Store<Domain> _domains = new();

    [Fact]
    public async Task Semantics_40_A_good_domain_passes_without_a_word()
    {
        var result = await CreateAsync(Domain());
        (result.IsAllowed, result.Warnings.Count).ShouldBe((true, 0));
    }

    [Fact]
    public async Task Semantics_40_Every_wrong_field_is_named_with_its_value_and_the_remedy()
    {
        var result = await CreateAsync(Domain(spec => spec with { Memory = new MemorySpec { Size = "1Mi" }, Cpu = new CpuSpec { Vcpus = 65 } }));
        result.IsAllowed.ShouldBeFalse();
        result.Causes.Select(cause => $"{cause.Reason} {cause.Field}: {cause.Message}").ShouldBe(
        [
            "FieldValueInvalid spec.cpu.vcpus: 65: more than the maximum of 64 virtual CPUs. Set it to 1 to 64.",
            "FieldValueInvalid spec.memory.size: 1Mi: less than the minimum of 32Mi. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.",
        ]);
        result.Message.ShouldBe(string.Join(" ", result.Causes.Select(cause => $"{cause.Field}: {cause.Message}")));
    }

    [Fact]
    public async Task The_namespace_of_the_request_counts_for_the_length_of_the_name()
    {
        var domain = Domain() with { Metadata = new ObjectMeta { Name = new string('n', 200) } };
        (await new DomainValidator(_hosts).CreateAsync(domain, Context with { Namespace = new string('s', 63) }, default)).IsAllowed.ShouldBeFalse();
        (await CreateAsync(domain)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_40_The_type_can_not_be_changed_and_the_default_is_no_change()
    {
        var pvh = Domain(spec => spec with { Type = DomainType.PVH });
        var pv = Domain(spec => spec with { Type = DomainType.PV });
        (await UpdateAsync(Domain(spec => spec with { Cpu = new CpuSpec { Vcpus = 2 } }), pvh)).IsAllowed.ShouldBeTrue();
        var refused = await UpdateAsync(pvh, pv);
        refused.IsAllowed.ShouldBeFalse();
        refused.Causes.ShouldHaveSingleItem().Field.ShouldBe("spec.type");
        refused.Message.ShouldBe("spec.type: PV: can't be changed, it is PVH. Set it back to PVH; or delete the Domain and create it anew.");
    }

    [Fact]
    public async Task Semantics_40_What_is_no_change_of_the_spec_always_passes()
    {
        // Stored unchecked while the webhook was away; its finalizer has to be removable all the same.
        var bad = Domain(spec => spec with { Memory = new MemorySpec { Size = "1Mi" } });
        (await UpdateAsync(bad with { Metadata = bad.Metadata with { Finalizers = [XenApi.ReleaseFinalizer] } }, bad)).IsAllowed.ShouldBeTrue();
        var dying = bad with { Metadata = bad.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };
        (await UpdateAsync(Domain(), dying)).IsAllowed.ShouldBeTrue();
        (await UpdateAsync(bad, bad with { Spec = bad.Spec! with { PowerState = PowerState.Halted } })).IsAllowed.ShouldBeFalse();
        (await UpdateAsync(bad, Domain())).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_40_A_change_that_does_nothing_yet_is_warned_of()
    {
        var running = Domain() with { Status = new DomainStatus { Host = "node1", Domid = 7 } };
        var changed = running with
        {
            Spec = running.Spec! with { Memory = new MemorySpec { Size = "1Gi" }, Cpu = new CpuSpec { Vcpus = 4 }, Placement = new PlacementSpec { HostName = "node2" } },
        };
        var result = await UpdateAsync(running, changed);
        result.IsAllowed.ShouldBeTrue();
        result.Warnings.ShouldBe(
        [
            "spec.placement.hostName: node2: the domain is running on node1, and stays there until it is shut down.",
            "spec.cpu.vcpus, spec.memory: the domain is running; it takes effect when it is next started.",
        ]);
        (await UpdateAsync(running, running with { Spec = running.Spec with { PowerState = PowerState.Halted } })).Warnings.ShouldBeEmpty();
        var waiting = new DomainStatus { Host = "node1" };
        (await UpdateAsync(running with { Status = waiting }, changed with { Status = waiting })).Warnings.ShouldHaveSingleItem()
            .ShouldBe("spec.placement.hostName: node2: the domain is placed on node1 already, and goes to node2 if it can; condition Placed says whether.");
        var halted = running with { Status = null };
        (await UpdateAsync(halted, changed with { Status = null })).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_40_A_host_that_does_not_exist_is_warned_of_once_that_is_known()
    {
        var bound = Domain(spec => spec with { Placement = new PlacementSpec { HostName = "node2" } });
        (await CreateAsync(bound)).Warnings.ShouldBeEmpty();
        Fill(_hosts, new XenHost { Metadata = new ObjectMeta { Name = "node1" } });
        (await CreateAsync(bound)).Warnings.ShouldHaveSingleItem().ShouldContain("there is no XenHost of that name");
        (await UpdateAsync(Domain(), bound)).Warnings.ShouldHaveSingleItem().ShouldContain("there is no XenHost of that name");
        (await CreateAsync(Domain(spec => spec with { Placement = new PlacementSpec { HostName = "node1" } }))).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_40_A_host_whose_name_is_no_label_is_refused()
    {
        var validator = new XenHostValidator(_domains);
        var host = new XenHost { Metadata = new ObjectMeta { Name = new string('h', 64) } };
        var refused = await validator.CreateAsync(host, Context, default);
        refused.Causes.ShouldHaveSingleItem().Field.ShouldBe("metadata.name");
        (await validator.CreateAsync(host with { Metadata = new ObjectMeta { Name = new string('h', 63) } }, Context, default)).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_40_A_host_that_holds_domains_is_not_deleted_without_a_word()
    {
        var validator = new XenHostValidator(_domains);
        var host = new XenHost { Metadata = new ObjectMeta { Name = "node1" } };
        (await validator.DeleteAsync(host, Context, default)).Warnings.ShouldBeEmpty();
        Fill(_domains, Domain() with { Status = new DomainStatus { Host = "node1" } });
        var result = await validator.DeleteAsync(host, Context, default);
        result.IsAllowed.ShouldBeTrue();
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("1 Domain is placed on XenHost node1");
        (await validator.DeleteAsync(host with { Metadata = new ObjectMeta { Name = "node2" } }, Context, default)).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_40_Only_a_host_that_is_silent_can_be_confirmed_to_be_powered_off_and_only_this_silence()
    {
        var validator = new XenHostValidator(_domains);
        var silent = Host(ConditionStatus.Unknown, HostReadyCondition.AgentSilent);
        var fence = FenceRequest.For(silent, "kim").Fence!;
        (await FenceAsync(silent, fence)).IsAllowed.ShouldBeTrue();
        (await FenceAsync(silent, fence with { BootId = "other" })).Causes.ShouldHaveSingleItem().Field.ShouldBe("spec.fence");
        (await FenceAsync(silent, fence with { SilentSince = fence.SilentSince.AddSeconds(1) })).IsAllowed.ShouldBeFalse();

        var speaks = Host(ConditionStatus.True, HostReadyCondition.Ready);
        var refused = await FenceAsync(speaks, fence);
        refused.Causes.ShouldHaveSingleItem().Message!.ShouldContain("is not silent");
        (await validator.CreateAsync(speaks with { Spec = new XenHostSpec { Fence = fence } }, Context, default)).IsAllowed.ShouldBeFalse();

        // One that has had its time is no obstacle to any other change.
        var old = speaks with { Spec = new XenHostSpec { Fence = fence } };
        (await validator.UpdateAsync(old, old with { Spec = old.Spec with { Schedulable = false } }, Context, default)).IsAllowed.ShouldBeTrue();
        (await validator.UpdateAsync(old, speaks, Context, default)).IsAllowed.ShouldBeTrue();

        async Task<AdmissionResult> FenceAsync(XenHost host, FenceSpec given) =>
            await validator.UpdateAsync(host, host with { Spec = new XenHostSpec { Fence = given } }, Context, default);
    }

    [Fact]
    public async Task Semantics_40_A_host_that_is_to_be_emptied_says_what_that_means()
    {
        var validator = new XenHostValidator(_domains);
        Fill(_domains, Domain() with { Status = new DomainStatus { Host = "node1" } });
        var host = Host(ConditionStatus.True, HostReadyCondition.Ready);
        var maintenance = host with { Spec = new XenHostSpec { Maintenance = true } };
        (await validator.UpdateAsync(host, maintenance, Context, default)).Warnings.ShouldHaveSingleItem().ShouldStartWith("spec.maintenance: 1 Domain will be shut down");
        (await validator.UpdateAsync(maintenance, host, Context, default)).Warnings.ShouldBeEmpty();
    }

    private static XenHost Host(string status, string reason) => new()
    {
        Metadata = new ObjectMeta { Name = "node1" },
        Spec = new XenHostSpec(),
        Status = new XenHostStatus
        {
            BootId = "boot-1",
            Conditions = [new Condition { Type = HostReadyCondition.Type, Status = status, Reason = reason, Message = "", LastTransitionTime = DateTimeOffset.UnixEpoch }],
        },
    };

    private static Domain Domain(Func<DomainSpec, DomainSpec>? change = null)
    {
        var spec = new DomainSpec { Memory = new MemorySpec { Size = "512Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } };
        return new Domain { Metadata = new ObjectMeta { Namespace = "default", Name = "web" }, Spec = change is null ? spec : change(spec) };
    }

    private static void Fill<T>(Store<T> store, params T[] entities)
        where T : class, IResource<T>
    {
        store.Apply(ReflectorEvent<T>.Init);
        foreach (var entity in entities) store.Apply(ReflectorEvent<T>.Of(ReflectorEventType.InitApply, entity));
        store.Apply(ReflectorEvent<T>.InitDone);
    }

    private async Task<AdmissionResult> CreateAsync(Domain domain) => await new DomainValidator(_hosts).CreateAsync(domain, Context, default);

    private async Task<AdmissionResult> UpdateAsync(Domain old, Domain now) =>
        await new DomainValidator(_hosts).UpdateAsync(old, now, Context with { Operation = AdmissionOperations.Update }, default);
}
