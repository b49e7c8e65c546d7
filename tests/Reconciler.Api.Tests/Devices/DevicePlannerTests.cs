using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Tests.Devices;

public sealed class DevicePlannerTests
{
    private static readonly Domain Placed = Sample.Domain().On("xen-1");

    [Fact]
    public void A_device_goes_to_the_host_of_its_Domain()
    {
        var plan = Plan(Sample.Vbd(), Placed);
        plan.Status!.Host.ShouldBe("xen-1");
        plan.Status.DomainUid.ShouldBe("uid-web");
        plan.Status.Claims!.Select(claim => claim.Resource).ShouldBe(["device/default/web/xvda", "volume/pool/web"]);
        Say(plan).ShouldBe(["True Valid", "False WaitingForAgent"]);
        (plan.AddFinalizer, plan.HostLabel).ShouldBe((true, "xen-1"));
    }

    [Fact]
    public void What_is_written_is_what_is_wanted() => Settle(Sample.Vbd(), Placed, out var bound).ShouldBe(bound);

    [Fact]
    public void Without_its_Domain_a_device_waits()
    {
        var plan = Plan(Sample.Vbd(), null);
        Say(plan).ShouldBe(["True Valid", "False DomainNotFound"]);
        (plan.Status!.Host, plan.AddFinalizer, plan.HostLabel).ShouldBe((null, false, null));
    }

    [Fact]
    public void Without_a_host_of_its_Domain_a_device_waits() =>
        Say(Plan(Sample.Vbd(), Sample.Domain())).ShouldBe(["True Valid", "False DomainNotPlaced"]);

    [Fact]
    public void A_Domain_that_is_being_deleted_gets_no_more_devices()
    {
        var plan = Plan(Sample.Vbd(), Deleted(Placed));
        Say(plan).ShouldBe(["True Valid", "False DomainNotPlaced"]);
        plan.Status!.Host.ShouldBeNull();
    }

    [Fact]
    public void A_wrong_spec_is_not_accepted_and_asks_for_nothing()
    {
        var plan = Plan(Sample.Vbd().With(spec => spec with { Source = null }), Placed);
        Say(plan).ShouldBe(["False InvalidSpec", "False NotAccepted"]);
        (plan.Status!.Host, plan.Status.Claims).ShouldBe((null, null));
    }

    [Fact]
    public void A_device_that_is_given_to_a_host_stays_there_with_a_wrong_spec()
    {
        var plan = Plan(Bound().With(spec => spec with { Source = null }), Placed);
        plan.Status!.Host.ShouldBe("xen-1");
        plan.Status.Claims!.Count.ShouldBe(2);
        Say(plan)[0].ShouldBe("False InvalidSpec");
    }

    [Fact]
    public void What_the_agent_says_of_Ready_stays_while_the_Domain_lives_and_goes_with_it()
    {
        var reported = Reported(Bound());
        Say(Plan(reported, Placed)).ShouldBe(["True Valid"]);
        Say(Plan(reported, null)).ShouldBe(["True Valid", "False DomainNotFound"]);
    }

    [Fact]
    public void With_its_Domain_a_device_loses_host_and_label()
    {
        var plan = Plan(Labelled(Bound()), null);
        (plan.Status!.Host, plan.Status.DomainUid, plan.RemoveHostLabel).ShouldBe((null, null, true));
    }

    [Fact]
    public void One_whose_volume_is_to_go_with_it_keeps_its_host_and_its_claims_until_that_is_done()
    {
        var bound = Labelled(Bound());
        var volume = bound.Spec!.Source!.Volume! with { Create = new VolumeCreate { Size = "1Gi" }, Reclaim = ReclaimPolicy.Delete };
        bound = bound with { Spec = bound.Spec with { Source = new VbdSource { Volume = volume } } };

        var plan = Plan(Reported(bound), null);
        (plan.Status!.Host, plan.Status.DomainUid, plan.RemoveHostLabel).ShouldBe(("xen-1", bound.Status!.DomainUid, false));
        plan.Status.Claims.ShouldBe(bound.Status.Claims);
        Say(plan).ShouldBe(["True Valid", "False DomainNotFound"]);
        Plan(Deleted(bound), null).ShouldBe(DevicePlan.Nothing);
        Plan(Deleted(bound) with { Metadata = Deleted(bound).Metadata with { Labels = null } }, null).HostLabel.ShouldBe("xen-1");

        var next = Plan(bound, Named(Placed, "uid-web-2").On("xen-2"));
        (next.Status!.Host, next.Status.DomainUid, next.HostLabel).ShouldBe(("xen-2", "uid-web-2", "xen-2"));
    }

    [Fact]
    public void A_namesake_of_the_Domain_that_is_gone_gets_the_device()
    {
        var plan = Plan(Labelled(Bound()), Named(Placed, "uid-web-2").On("xen-2"));
        (plan.Status!.Host, plan.Status.DomainUid, plan.HostLabel).ShouldBe(("xen-2", "uid-web-2", "xen-2"));
    }

    [Fact]
    public void A_deleted_device_is_its_agents_to_release() => Plan(Deleted(Labelled(Bound())), Placed).ShouldBe(DevicePlan.Nothing);

    [Fact]
    public void A_deleted_device_whose_Domain_is_gone_is_released() => Plan(Deleted(Labelled(Bound())), null).Release.ShouldBeTrue();

    [Fact]
    public void A_deleted_device_of_a_Domain_that_was_replaced_is_released() =>
        Plan(Deleted(Labelled(Bound())), Named(Placed, "uid-web-2")).Release.ShouldBeTrue();

    [Fact]
    public void A_deleted_device_that_no_host_ever_had_is_released() =>
        Plan(Deleted(Sample.Vbd() with { Metadata = Sample.Vbd().Metadata with { Finalizers = [XenApi.ReleaseFinalizer] } }), Placed).Release.ShouldBeTrue();

    [Fact]
    public void A_deleted_device_whose_status_was_lost_is_asked_for_on_the_host_of_its_Domain()
    {
        var plan = Plan(Deleted(Labelled(Bound())) with { Status = null }, Placed);
        (plan.Release, plan.Status?.Host).ShouldBe((false, "xen-1"));
    }

    [Fact]
    public void A_deleted_device_without_the_finalizer_is_nobodys_concern() =>
        Plan(Deleted(Sample.Vbd()), Placed).ShouldBe(DevicePlan.Nothing);

    [Fact]
    public void What_a_template_made_goes_with_its_Domain()
    {
        var owned = Sample.Vbd();
        owned = owned with { Metadata = owned.Metadata with { OwnerReferences = [new OwnerReference { ApiVersion = "x", Kind = "Domain", Name = "web", Uid = "uid-web", Controller = true }] } };
        Plan(owned, Placed).Delete.ShouldBeFalse();
        Plan(owned, null).Delete.ShouldBeTrue();
        Plan(owned, Named(Placed, "uid-web-2")).Delete.ShouldBeTrue();
    }

    /// <summary>API servers before 1.25 know no rules, and let domain and device be changed.</summary>
    [Theory]
    [InlineData("other", "xvda")]
    [InlineData("web", "xvdb")]
    public void A_change_of_what_can_t_be_changed_is_not_followed(string domain, string device)
    {
        var changed = Bound().With(spec => spec with { Domain = domain, Device = device });
        DeviceFacts.Of(changed).Domain.ShouldBe("web");
        var plan = Plan(changed, Placed);
        Say(plan)[0].ShouldBe("False InvalidSpec");
        plan.Status!.Host.ShouldBe("xen-1");
    }

    [Fact]
    public void Of_two_new_disks_with_one_volume_the_older_gets_it()
    {
        var (older, younger) = (Sample.Vbd("a", device: "xvda"), Later(Sample.Vbd("b", device: "xvdb")));
        Say(Plan(older, Placed, younger))[0].ShouldBe("True Valid");
        var refused = Plan(younger, Placed, older);
        Say(refused).ShouldBe(["False SourceInUse", "False NotAccepted"]);
        refused.Status!.Conditions[0].Message!.ShouldContain("VBD default/a has the volume pool/web");
    }

    [Fact]
    public void Of_the_same_second_the_lesser_uid_comes_first()
    {
        var (a, b) = (Sample.Vbd("a", device: "xvda"), Sample.Vbd("b", device: "xvdb"));
        Say(Plan(a, Placed, b))[0].ShouldBe("True Valid");
        Say(Plan(b, Placed, a))[0].ShouldBe("False SourceInUse");
    }

    /// <summary>The older object is changed to what the younger one has attached: two writers on one disk would be the end of its data.</summary>
    [Fact]
    public void Who_has_a_volume_keeps_it_from_an_older_one_that_is_changed_to_it()
    {
        var holder = Later(Bound("b", "xvdb", "shared"));
        var older = Bound("a", "xvda", "own").With(spec => spec with { Source = Sample.Volume("shared") });
        older = older with { Metadata = older.Metadata with { Generation = 2 } };
        Say(Plan(older, Placed, holder))[0].ShouldBe("False SourceInUse");

        // Also in the moment in which the holder's own spec has changed and is not judged yet.
        holder = holder with { Metadata = holder.Metadata with { Generation = 2 } };
        Say(Plan(older, Placed, holder))[0].ShouldBe("False SourceInUse");
        Say(Plan(holder, Placed, older))[0].ShouldBe("True Valid");
    }

    [Fact]
    public void What_was_attached_before_is_kept_until_the_agent_has_let_go_of_it()
    {
        var changed = Bound("a", "xvda", "old").With(spec => spec with { Source = Sample.Volume("new") });
        changed = changed with { Metadata = changed.Metadata with { Generation = 2 } };
        var plan = Plan(changed, Placed);
        plan.Status!.Claims!.Select(claim => claim.Resource).ShouldBe(["device/default/web/xvda", "volume/pool/new", "volume/pool/old"]);

        var settled = Reported(Written(changed, plan));
        Plan(settled, Placed).Status!.Claims!.Select(claim => claim.Resource).ShouldBe(["device/default/web/xvda", "volume/pool/new"]);
    }

    [Theory]
    [InlineData(VbdMode.ReadOnly, false, VbdMode.ReadOnly, false, true)]
    [InlineData(VbdMode.ReadOnly, false, VbdMode.ReadWrite, false, false)]
    [InlineData(VbdMode.ReadWrite, true, VbdMode.ReadWrite, true, true)]
    [InlineData(VbdMode.ReadWrite, true, VbdMode.ReadWrite, false, false)]
    [InlineData(VbdMode.ReadOnly, true, VbdMode.ReadWrite, true, true)]
    public void Readers_get_along_and_so_do_those_that_all_share(VbdMode one, bool oneShares, VbdMode other, bool otherShares, bool accepted)
    {
        var holder = Bound("b", "xvdb", spec: spec => spec with { Mode = one, Shareable = oneShares });
        var device = Sample.Vbd("a").With(spec => spec with { Mode = other, Shareable = otherShares });
        Say(Plan(device, Placed, holder))[0].ShouldBe(accepted ? "True Valid" : "False SourceInUse");
    }

    [Fact]
    public void Two_ways_to_write_a_path_are_one_file()
    {
        var holder = Bound("b", "xvdb", spec: spec => spec with { Source = new VbdSource { File = new FileSource { Path = "/srv/a.img" } } });
        var device = Sample.Vbd("a", source: new VbdSource { BlockDevice = new BlockDeviceSource { Path = "/srv//x/.././a.img" } });
        Say(Plan(device, Placed, holder))[0].ShouldBe("False SourceInUse");
    }

    [Fact]
    public void One_device_name_of_a_Domain_is_one_disk()
    {
        Say(Plan(Sample.Vbd("a", source: Sample.Volume("other")), Placed, Bound("b")))[0].ShouldBe("False DeviceTaken");
        Say(Plan(Sample.Vbd("a", domain: "db", source: Sample.Volume("other")), Placed, Bound("b")))[0].ShouldBe("True Valid");
    }

    [Fact]
    public void One_index_of_a_Domain_and_one_MAC_address_of_the_cluster_are_one_NIC()
    {
        var nic = Sample.Vif("a").With(spec => spec with { MacAddress = "00:16:3E:00:00:01" });
        var holder = Sample.Vif("b").With(spec => spec with { MacAddress = "00:16:3e:00:00:01" });
        holder = holder with { Status = new() { Claims = DeviceClaims.Of(holder) } };
        Say(DevicePlanner.Plan(DeviceFacts.Of(nic), Placed, [DeviceFacts.Of(holder)], null, Sample.Now))[0].ShouldBe("False IndexTaken");

        nic = nic.With(spec => spec with { Index = 1 });
        var refused = DevicePlanner.Plan(DeviceFacts.Of(nic), Placed, [DeviceFacts.Of(holder)], null, Sample.Now);
        Say(refused)[0].ShouldBe("False MacAddressInUse");
        refused.Status!.Conditions[0].Message!.ShouldContain("VIF default/b has the MAC address 00:16:3e:00:00:01");
    }

    [Fact]
    public void A_missing_pool_is_said_and_changes_nothing_for_what_is_attached()
    {
        var missing = DeviceInfrastructure.Missing(Sample.Vbd(), null)!;
        missing.Reason.ShouldBe(DeviceAcceptedCondition.PoolNotFound);
        Say(DevicePlanner.Plan(DeviceFacts.Of(Sample.Vbd()), Placed, [], missing, Sample.Now)).ShouldBe(["False PoolNotFound", "False NotAccepted"]);
        DevicePlanner.Plan(DeviceFacts.Of(Bound()), Placed, [], missing, Sample.Now).Status!.Host.ShouldBe("xen-1");
    }

    private static DevicePlan Plan(Vbd vbd, Domain? domain, params Vbd[] others) =>
        DevicePlanner.Plan(DeviceFacts.Of(vbd), domain, others.Select(DeviceFacts.Of), null, Sample.Now);

    private static string[] Say(DevicePlan plan) => [.. plan.Status!.Conditions.Select(condition => $"{condition.Status} {condition.Reason}")];

    /// <summary>As it is after its plan was carried out.</summary>
    private static Vbd Bound(string name = "web-xvda", string device = "xvda", string volume = "web", Func<VbdSpec, VbdSpec>? spec = null)
    {
        var vbd = Sample.Vbd(name, device: device, source: Sample.Volume(volume));
        if (spec is not null) vbd = vbd.With(spec);
        return Written(vbd, Plan(vbd, Placed));
    }

    private static Vbd Written(Vbd vbd, DevicePlan plan) => vbd with
    {
        Metadata = vbd.Metadata with { Finalizers = [XenApi.ReleaseFinalizer] },
        Status = new VbdStatus
        {
            Host = plan.Status!.Host,
            DomainUid = plan.Status.DomainUid,
            Claims = plan.Status.Claims,
            Conditions = plan.Status.Conditions,
            ObservedGeneration = plan.Status.ObservedGeneration,
        },
    };

    private static string Settle(Vbd vbd, Domain domain, out string bound)
    {
        var first = Plan(vbd, domain);
        var second = Plan(Labelled(Written(vbd, first)), domain);
        (second.AddFinalizer, second.HostLabel, second.RemoveHostLabel).ShouldBe((false, null, false));
        bound = Text(first);
        return Text(second);
    }

    private static string Text(DevicePlan plan) =>
        $"{plan.Status!.Host} {plan.Status.DomainUid} {string.Join(",", plan.Status.Claims!)} {string.Join(",", plan.Status.Conditions)}";

    private static Vbd Reported(Vbd vbd) => vbd with
    {
        Status = vbd.Status! with
        {
            Conditions =
            [
                .. vbd.Status.Conditions!.Where(condition => condition.Type != DeviceReadyCondition.Type),
                new Condition { Type = "Ready", Status = "True", Reason = "Attached", ObservedGeneration = vbd.Metadata.Generation, LastTransitionTime = Sample.Now },
            ],
        },
    };

    private static Vbd Labelled(Vbd vbd) =>
        vbd with { Metadata = vbd.Metadata with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [XenApi.HostLabel] = "xen-1" } } };

    private static Vbd Later(Vbd vbd) => vbd with { Metadata = vbd.Metadata with { CreationTimestamp = Sample.Now.AddSeconds(1) } };

    private static Vbd Deleted(Vbd vbd) => vbd with { Metadata = vbd.Metadata with { DeletionTimestamp = Sample.Now } };

    private static Domain Deleted(Domain domain) => domain with { Metadata = domain.Metadata with { DeletionTimestamp = Sample.Now } };

    private static Domain Named(Domain domain, string uid) => domain with { Metadata = domain.Metadata with { Uid = uid } };
}
