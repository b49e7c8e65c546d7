using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Tests.Scheduling;

public sealed class HostFitTests
{
    [Fact]
    public void A_ready_host_with_room_fits() =>
        HostFit.CanPlace(Sample.Domain(), Sample.Host(), Reservations.None).Fits.ShouldBeTrue();

    [Fact]
    public void A_host_that_is_not_the_one_asked_for_is_refused()
    {
        var domain = Sample.Domain().With(s => s with { Placement = new PlacementSpec { HostName = "xen-2" } });
        ShouldRefuse(domain, Sample.Host(), UnfitReason.HostNameMismatch, "placement.hostName asks for xen-2");
        HostFit.CanPlace(domain, Sample.Host("xen-2"), Reservations.None).Fits.ShouldBeTrue();
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
        HostFit.CanPlace(Sample.Domain(), Sample.Host() with { Spec = null }, Reservations.None).Fits.ShouldBeTrue();

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
        HostFit.CanPlace(Sample.Domain(), Sample.Host(free: $"{need}Ki"), Reservations.None).Fits.ShouldBeTrue();
        HostFit.CanPlace(Sample.Domain(), Sample.Host(free: $"{need - 1}Ki"), Reservations.None).Reason.ShouldBe(UnfitReason.NotEnoughMemory);
    }

    [Fact]
    public void What_is_reserved_for_others_is_not_free()
    {
        var host = Sample.Host(free: "1Gi");
        var reservations = Reservations.Of([Sample.Domain("db").On("xen-1")], [host]);
        ShouldRefuse(
            Sample.Domain("web"), host, UnfitReason.NotEnoughMemory, "free are 1024Mi, 520Mi of it reserved for 1 domain that will start there", reservations);
    }

    [Fact]
    public void The_second_look_asks_for_facts_and_not_for_policy()
    {
        var host = Sample.Host() with { Spec = new XenHostSpec { Schedulable = false } };
        var domain = Sample.Domain().With(s => s with { Placement = new PlacementSpec { HostName = "another" } }).On("xen-1");
        HostFit.CanRun(domain, host, Reservations.None).Fits.ShouldBeTrue();
        HostFit.CanRun(domain.With(s => s with { Memory = new MemorySpec { Size = "1Ti" } }), host, Reservations.None)
            .Reason.ShouldBe(UnfitReason.NotEnoughMemory);
    }

    private static void ShouldRefuse(Domain domain, XenHost host, UnfitReason reason, string message, Reservations? reservations = null)
    {
        var verdict = HostFit.CanPlace(domain, host, reservations ?? Reservations.None);
        verdict.Reason.ShouldBe(reason);
        verdict.Message.ShouldContain(message);
        verdict.Host.ShouldBe(host.Metadata.Name);
    }
}
