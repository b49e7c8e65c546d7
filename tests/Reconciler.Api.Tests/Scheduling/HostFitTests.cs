using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Api.Scheduling;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Tests.Scheduling;

public sealed class HostFitTests
{
    [Fact]
    public void A_ready_host_with_room_fits() =>
        Sample.Domain().CanPlace(Sample.Host()).Fits.ShouldBeTrue();

    [Fact]
    public void A_host_that_is_not_the_one_asked_for_is_refused()
    {
        var domain = Sample.Domain().With(s => s with { Placement = new PlacementSpec { HostName = "xen-2" } });
        ShouldRefuse(domain, Sample.Host(), UnfitReason.HostNameMismatch, "placement.hostName asks for xen-2");
        domain.CanPlace(Sample.Host("xen-2")).Fits.ShouldBeTrue();
    }

    [Fact]
    public void A_host_with_a_name_that_no_label_can_hold_is_refused() =>
        ShouldRefuse(Sample.Domain(), Sample.Host(new string('x', 64)), UnfitReason.HostNameTooLong, "63 characters");

    [Fact]
    public void A_host_that_is_being_deleted_is_refused()
    {
        var host = Sample.Host();
        host = host with { Metadata = host.Metadata with { DeletionTimestamp = Sample.Now } };
        ShouldRefuse(Sample.Domain(), host, UnfitReason.BeingDeleted, "being deleted");
    }

    [Fact]
    public void An_unschedulable_host_is_refused() =>
        ShouldRefuse(Sample.Domain(), Sample.Host() with { Spec = new XenHostSpec { Schedulable = false } }, UnfitReason.Unschedulable, "spec.schedulable");

    [Fact]
    public void A_host_without_a_spec_is_schedulable() =>
        Sample.Domain().CanPlace(Sample.Host() with { Spec = null }).Fits.ShouldBeTrue();

    [Fact]
    public void A_host_that_is_not_ready_is_refused_with_its_own_reason()
    {
        var host = Sample.Host();
        host = host with
        {
            Status = host.Status! with
            {
                Conditions =
                [
                    new Condition { Type = "Ready", Status = "False", Reason = "XenstoreUnavailable", Message = "no socket", LastTransitionTime = Sample.Now },
                ],
            },
        };
        ShouldRefuse(Sample.Domain(), host, UnfitReason.NotReady, "not ready: XenstoreUnavailable (no socket)");
    }

    [Fact]
    public void A_host_whose_agent_has_not_reported_is_refused()
    {
        ShouldRefuse(Sample.Domain(), Sample.Host() with { Status = null }, UnfitReason.NotReady, "not reported yet");
        ShouldRefuse(Sample.Domain(), Sample.Host() with { Status = Sample.Host().Status! with { Memory = null } }, UnfitReason.NotReady, "memory, CPUs");
    }

    [Fact]
    public void A_host_that_lacks_the_guest_type_is_refused() =>
        ShouldRefuse(Sample.Domain(type: DomainType.PVH), Sample.Host(types: "PV"), UnfitReason.TypeNotSupported, "it can't run PVH guests, only PV");

    [Fact]
    public void A_host_with_fewer_cpus_is_refused() =>
        ShouldRefuse(Sample.Domain(vcpus: 5), Sample.Host(cpus: 4), UnfitReason.NotEnoughCpus, "5 virtual CPUs, and it has 4 CPUs");

    [Fact]
    public void Too_little_memory_is_refused_with_the_arithmetic() =>
        // Shadow of 256 + 2 * 512 pages = 5 MiB, 1 + 1 MiB, and 152 KiB: 8 MiB, rounded up.
        ShouldRefuse(
            Sample.Domain(memory: "512Mi"),
            Sample.Host(free: "519Mi"),
            UnfitReason.NotEnoughMemory,
            "needs 520Mi (512Mi and 8Mi of overhead), free are 519Mi");

    [Fact]
    public void Exactly_enough_memory_is_enough()
    {
        var need = MemoryFootprint.Of(Sample.Domain().Spec)!.TotalKiB;
        Sample.Domain().CanPlace(Sample.Host(free: $"{need}Ki")).Fits.ShouldBeTrue();
        Sample.Domain().CanPlace(Sample.Host(free: $"{need - 1}Ki")).Reason.ShouldBe(UnfitReason.NotEnoughMemory);
    }

    [Fact]
    public void What_is_reserved_for_others_is_not_free()
    {
        var host = Sample.Host(free: "1Gi");
        ShouldRefuse(
            Sample.Domain("web"), host, UnfitReason.NotEnoughMemory, "free are 1024Mi, 520Mi of it reserved for 1 domain that will start there", Sample.Domain("db").On("xen-1"));
    }

    [Fact]
    public void A_host_without_a_label_that_is_selected_is_refused()
    {
        var domain = Placed(new PlacementSpec { HostSelector = Labels(("zone", "a"), ("disk", "nvme")) });
        ShouldRefuse(domain, Labelled(Sample.Host(), ("zone", "b")), UnfitReason.HostSelectorMismatch, "it lacks the label disk=nvme, the label zone=a, which placement.hostSelector asks for");
        domain.CanPlace(Labelled(Sample.Host(), ("zone", "a"), ("disk", "nvme"), ("rack", "7"))).Fits.ShouldBeTrue();
    }

    [Fact]
    public void A_host_that_does_not_see_a_pool_or_a_network_is_refused()
    {
        var domain = Sample.Domain().With(s => s with
        {
            VbdTemplates = [new VbdTemplate { Device = "xvda", Source = Sample.Volume("root", "fast") }],
            VifTemplates = [new VifTemplate { Index = 0, Network = "lan" }],
        });
        ShouldRefuse(domain, Sample.Host(), UnfitReason.PoolNotReachable, "it does not see XenStoragePool fast");
        ShouldRefuse(domain, Offering(Sample.Host(), poolReady: false), UnfitReason.PoolNotReachable, "XenStoragePool fast is not usable there: NotAllowed (outside of /srv)");
        ShouldRefuse(domain, Offering(Sample.Host(), networkReady: false), UnfitReason.NetworkNotReachable, "XenNetwork lan is not usable there: NotFound (no bridge xenbr0)");
        domain.CanPlace(Offering(Sample.Host())).Fits.ShouldBeTrue();
    }

    [Fact]
    public void Devices_that_are_objects_of_their_own_count_as_templates_do()
    {
        var cluster = Cluster.Of([Sample.Host()], []);
        Sample.Domain().Request([Sample.Vbd()]).CanPlace(cluster, "xen-1").Reason.ShouldBe(UnfitReason.PoolNotReachable);
        Sample.Domain().Request(vifs: [Sample.Vif()]).CanPlace(cluster, "xen-1").Reason.ShouldBe(UnfitReason.NetworkNotReachable);
    }

    [Fact]
    public void A_domain_with_a_disk_that_is_not_shared_stays_with_the_host_that_had_it()
    {
        var had = Sample.Domain() with { Status = new DomainStatus { Placement = new PlacementStatus { Host = "xen-2", DecidedAt = Sample.Now } } };
        var cluster = Cluster.Of([Offering(Sample.Host(), pool: "shared-pool"), Offering(Sample.Host("xen-2"))], []);
        var local = had.Request([Sample.Vbd(source: new VbdSource { File = new FileSource { Path = "/srv/a.img" } })]);
        local.CanPlace(cluster, "xen-1").ShouldBe(
            new FitVerdict("xen-1", UnfitReason.DiskOnAnotherHost, "disk xvda is known to be on xen-2 only: it is not in a pool that is shared"));
        had.Request([Sample.Vbd(source: Sample.Volume("root", "shared-pool"))]).CanPlace(cluster, "xen-1").Fits.ShouldBeTrue();
        Sample.Domain().Request([Sample.Vbd(source: new VbdSource { File = new FileSource { Path = "/srv/a.img" } })]).CanPlace(cluster, "xen-1").Fits.ShouldBeTrue();
    }

    [Fact]
    public void Required_anti_affinity_goes_both_ways_and_stays_in_its_namespace()
    {
        var db = Labelled(Sample.Domain("db-1"), ("app", "db"));
        var apart = Placed(new PlacementSpec { AntiAffinity = new AntiAffinitySpec { Required = [Term("app", "db")] } }, "db-2");
        const string Message = "and one of the two asks to be apart (placement.antiAffinity)";

        ShouldRefuse(apart, Sample.Host(), UnfitReason.AntiAffinity, "it holds db-1, " + Message, db.On("xen-1"));
        ShouldRefuse(db, Sample.Host(), UnfitReason.AntiAffinity, "it holds db-2, " + Message, apart.On("xen-1"));
        apart.CanPlace(Sample.Host(), Labelled(Sample.Domain("web"), ("app", "web")).On("xen-1")).Fits.ShouldBeTrue();
        apart.CanPlace(Sample.Host(), (db with { Metadata = db.Metadata with { Namespace = "other" } }).On("xen-1")).Fits.ShouldBeTrue();
        Labelled(apart, ("app", "db")).CanPlace(Sample.Host(), Labelled(apart, ("app", "db")).On("xen-1")).Fits.ShouldBeTrue(); // itself
    }

    private static Domain Placed(PlacementSpec placement, string name = "web") => Sample.Domain(name).With(s => s with { Placement = placement });

    private static AntiAffinityTerm Term(string name, string value) => new() { LabelSelector = new LabelSelector { MatchLabels = Labels((name, value)) } };

    private static Dictionary<string, string> Labels(params (string Name, string Value)[] labels) => labels.ToDictionary(l => l.Name, l => l.Value, StringComparer.Ordinal);

    private static Domain Labelled(Domain domain, params (string Name, string Value)[] labels) => domain with { Metadata = domain.Metadata with { Labels = Labels(labels) } };

    private static XenHost Labelled(XenHost host, params (string Name, string Value)[] labels) => host with { Metadata = host.Metadata with { Labels = Labels(labels) } };

    private static XenHost Offering(XenHost host, bool poolReady = true, bool networkReady = true, string pool = "fast") => host with
    {
        Status = host.Status! with
        {
            StoragePools = [new HostStoragePool { Name = pool, Ready = poolReady, Reason = poolReady ? "Ready" : "NotAllowed", Message = poolReady ? null : "outside of /srv" }],
            Networks = [new HostNetwork { Name = "lan", Ready = networkReady, Reason = networkReady ? "Ready" : "NotFound", Message = networkReady ? null : "no bridge xenbr0" }],
        },
    };

    private static void ShouldRefuse(Domain domain, XenHost host, UnfitReason reason, string message, params Domain[] others)
    {
        var verdict = domain.CanPlace(host, others);
        verdict.Reason.ShouldBe(reason);
        verdict.Message.ShouldContain(message);
        verdict.Host.ShouldBe(host.Metadata.Name);
    }
}
