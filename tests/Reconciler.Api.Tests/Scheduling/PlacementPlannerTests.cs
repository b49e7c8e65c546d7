using FsCheck;
using FsCheck.Fluent;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;
using Reconciler.Api.Scheduling.Moves;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Tests.Scheduling;

public sealed class PlacementPlannerTests
{
    [Fact]
    public void A_new_domain_gets_finalizer_host_and_label()
    {
        var plan = Plan(Sample.Domain(), Sample.Host());
        plan.Release.ShouldBeFalse();
        plan.AddFinalizer.ShouldBeTrue();
        plan.Status!.Host.ShouldBe("xen-1");
        plan.HostLabel.ShouldBe("xen-1");
        Conditions(plan).ShouldBe(["Accepted True Valid", "Placed True Placed", "Ready False WaitingForAgent"]);
        plan.Status.ObservedGeneration.ShouldBe(1);
    }

    [Fact]
    public void A_placed_domain_stays_where_it_is_whatever_fits_better_now()
    {
        var domain = Labelled(Sample.Domain().With(s => s with { Placement = new PlacementSpec { PreferredHosts = ["xen-2"] } }).On("xen-1"), "xen-1");
        var plan = Plan(domain, Sample.Host("xen-1") with { Spec = new XenHostSpec { Schedulable = false } }, Sample.Host("xen-2"));
        plan.Status!.Host.ShouldBe("xen-1");
        plan.HostLabel.ShouldBeNull();
    }

    [Fact]
    public void After_a_crash_the_rest_of_the_plan_is_made_up()
    {
        var placed = Plan(Finalized(Sample.Domain()).On("xen-1"), Sample.Host());
        placed.AddFinalizer.ShouldBeFalse();
        placed.HostLabel.ShouldBe("xen-1");
    }

    [Fact]
    public void A_label_that_was_changed_by_hand_is_put_right() =>
        Plan(Labelled(Finalized(Sample.Domain()).On("xen-1"), "xen-2"), Sample.Host("xen-1"), Sample.Host("xen-2")).HostLabel.ShouldBe("xen-1");

    [Fact]
    public void An_invalid_spec_is_not_placed_and_the_message_names_every_field()
    {
        var plan = Plan(Sample.Domain(memory: "1Mi", vcpus: 65), Sample.Host());
        plan.AddFinalizer.ShouldBeFalse();
        plan.HostLabel.ShouldBeNull();
        plan.Status!.Host.ShouldBeNull();
        Conditions(plan).ShouldBe(["Accepted False InvalidSpec", "Placed False NotAccepted", "Ready False NotAccepted"]);
        plan.Status.Conditions![0].Message.ShouldSatisfyAllConditions(m => m!.ShouldContain("spec.cpu.vcpus: 65"), m => m!.ShouldContain("spec.memory.size: 1Mi"));
    }

    [Fact]
    public void A_spec_that_became_invalid_leaves_the_domain_placed()
    {
        var plan = Plan(Labelled(Finalized(Sample.Domain(vcpus: 0)).On("xen-1"), "xen-1"), Sample.Host());
        plan.Status!.Host.ShouldBe("xen-1");
        Conditions(plan)[..2].ShouldBe(["Accepted False InvalidSpec", "Placed True Placed"]);
        plan.Status.Conditions![0].Message.ShouldEndWith("Until it is mended the domain stays as the last accepted spec asked for.");
    }

    [Fact]
    public void Without_hosts_the_conditions_say_so() =>
        Conditions(Plan(Sample.Domain())).ShouldBe(["Accepted True Valid", "Placed False NoHost", "Ready False NoHost"]);

    [Fact]
    public void Ready_and_observedGeneration_are_left_to_the_agent_once_it_has_written_them()
    {
        var domain = Labelled(Finalized(Sample.Domain()).On("xen-1"), "xen-1");
        domain = domain with { Status = domain.Status! with { Conditions = [((IReadOnlyList<Condition>?)null).Next("Ready", "True", "Running", "", 1, Sample.Now)] } };
        var plan = Plan(domain, Sample.Host());
        Conditions(plan).ShouldBe(["Accepted True Valid", "Placed True Placed"]);
        plan.Status!.ObservedGeneration.ShouldBeNull();
    }

    [Fact]
    public void A_deleted_domain_that_was_never_placed_is_let_go() =>
        Plan(Deleted(Finalized(Sample.Domain())), Sample.Host()).ShouldBe(new PlacementPlan { Release = true });

    [Fact]
    public void A_deleted_domain_without_the_finalizer_is_nobody_s_business() =>
        Plan(Deleted(Sample.Domain()), Sample.Host()).ShouldBe(PlacementPlan.Nothing);

    [Fact]
    public void A_deleted_domain_that_has_a_host_is_left_to_its_agent()
    {
        var plan = Plan(Deleted(Labelled(Finalized(Sample.Domain()).On("xen-1"), "xen-1")), Sample.Host());
        plan.Release.ShouldBeFalse();
        plan.HostLabel.ShouldBeNull();
    }

    [Fact]
    public void A_domain_that_was_deleted_between_status_and_label_still_gets_the_label_so_that_its_agent_sees_it()
    {
        var plan = Plan(Deleted(Finalized(Sample.Domain()).On("xen-1")), Sample.Host());
        plan.Release.ShouldBeFalse();
        plan.HostLabel.ShouldBe("xen-1");
    }

    [Fact]
    public void A_deleted_domain_whose_host_is_gone_is_not_let_go_and_says_why()
    {
        var plan = Plan(Deleted(Labelled(Finalized(Sample.Domain()).On("gone"), "gone")), Sample.Host());
        plan.Release.ShouldBeFalse();
        Conditions(plan)[1].ShouldBe("Placed Unknown HostGone");
        plan.Status!.Conditions![1].Message.ShouldBe(
            "XenHost gone does not exist any more, and the domain may still run there. It is not placed anew, and the deletion waits. "
            + "Bring the host back; or, with proof that the domain runs nowhere, remove the finalizer xen.reconciler.dev/release");
    }

    [Fact]
    public void A_label_without_a_status_pins_the_domain_to_that_host()
    {
        var domain = Labelled(Sample.Domain(), "xen-2");
        Plan(domain, Sample.Host("xen-1", "8Gi"), Sample.Host("xen-2", "1Gi")).Status!.Host.ShouldBe("xen-2");

        var stuck = Plan(domain, Sample.Host("xen-1"));
        stuck.Status!.Host.ShouldBeNull();
        stuck.HostLabel.ShouldBeNull();
        stuck.Status.Conditions![1].Message!.ShouldContain("remove the label");
    }

    [Fact]
    public void A_deleted_domain_with_only_the_label_is_handed_to_that_host_s_agent()
    {
        var plan = Plan(Deleted(Labelled(Finalized(Sample.Domain()), "xen-1")), Sample.Host());
        plan.Release.ShouldBeFalse();
        plan.Status!.Host.ShouldBe("xen-1");
    }

    [Fact]
    public void Whatever_the_state_a_host_is_never_changed_and_a_domain_with_one_never_released() => Prop
        .ForAll(States, state =>
        {
            var (domain, hosts) = state;
            var plan = Plan(domain, hosts);
            var label = domain.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel);
            var holder = domain.Status?.Host;
            return (holder is null || plan.Status is null || plan.Status.Host == holder)
                && (!plan.Release || (holder is null && label is null))
                && (plan.HostLabel is null || plan.HostLabel == plan.Status!.Host)
                && (plan.Status?.Host is null || plan.AddFinalizer || Has(domain))
                && (holder is not null || label is null || plan.Status?.Host is null || plan.Status.Host == label);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Carrying_out_any_prefix_of_a_plan_and_planning_anew_ends_in_the_same_state() => Prop
        .ForAll(States, ArbMap.Default.ArbFor<int>(), (state, crash) =>
        {
            var (domain, hosts) = state;
            var straight = Settle(domain, hosts, crash: null);
            var crashed = Settle(domain, hosts, crash: Math.Abs(crash % 3));
            return straight.Status?.Host == crashed.Status?.Host
                && straight.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel) == crashed.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel)
                && Has(straight) == Has(crashed);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    /// <summary>Plans and carries out until nothing changes; the first time only the first few writes, as if the process had died there.</summary>
    private static Domain Settle(Domain domain, XenHost[] hosts, int? crash)
    {
        for (var round = 0; round < 4; round++)
        {
            var plan = Plan(domain, hosts);
            var left = round == 0 ? crash ?? int.MaxValue : int.MaxValue;
            if (plan.Release && left-- > 0) domain = domain with { Metadata = domain.Metadata with { Finalizers = [] } };
            if (plan.Status is not null && left-- > 0) domain = domain with { Status = plan.Status };
            if (left-- <= 0) continue;
            domain = plan.AddFinalizer ? Finalized(domain) : domain;
            domain = plan.HostLabel is { } label ? Labelled(domain, label) : domain;
        }

        return domain;
    }

    private static Arbitrary<(Domain Domain, XenHost[] Hosts)> States => (
        from memory in Gen.Elements("512Mi", "1Mi", "64Gi")
        from holder in Gen.Elements<string?>(null, null, "h0", "h1", "gone")
        from label in Gen.Elements<string?>(null, null, "h0", "h1", "gone")
        from finalized in Gen.Elements(true, false)
        from deleted in Gen.Elements(true, false)
        from wanted in Gen.Elements<string?>(null, "h1", "gone")
        from count in Gen.Choose(0, 2)
        select State(memory, holder, label, finalized, deleted, wanted, count)).ToArbitrary();

    private static (Domain, XenHost[]) State(string memory, string? holder, string? label, bool finalized, bool deleted, string? wanted, int count)
    {
        var domain = Sample.Domain(memory: memory).With(s => s with { Placement = new PlacementSpec { HostName = wanted } });
        domain = holder is null ? domain : domain.On(holder);
        domain = label is null ? domain : Labelled(domain, label);
        domain = finalized ? Finalized(domain) : domain;
        return (deleted ? Deleted(domain) : domain, [.. Enumerable.Range(0, count).Select(i => Sample.Host($"h{i}"))]);
    }

    private static PlacementPlan Plan(Domain domain, params XenHost[] hosts) =>
        PlacementPlanner.Plan(domain, Cluster.Of(hosts, []), () => domain.Request(), MoveFacts.None, Sample.Now);

    private static string[] Conditions(PlacementPlan plan) => [.. plan.Status!.Conditions!.Select(c => $"{c.Type} {c.Status} {c.Reason}")];

    private static bool Has(Domain domain) => domain.Metadata.Finalizers?.Contains(XenApi.ReleaseFinalizer) == true;

    private static Domain Labelled(Domain domain, string host) =>
        domain with { Metadata = domain.Metadata with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [XenApi.HostLabel] = host } } };

    private static Domain Finalized(Domain domain) => domain with { Metadata = domain.Metadata with { Finalizers = [XenApi.ReleaseFinalizer] } };

    private static Domain Deleted(Domain domain) => domain with { Metadata = domain.Metadata with { DeletionTimestamp = Sample.Now } };
}
