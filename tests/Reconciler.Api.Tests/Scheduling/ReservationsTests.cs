using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;

namespace Reconciler.Api.Tests.Scheduling;

public sealed class ReservationsTests
{
    private static readonly XenHost Host = Sample.Host();

    [Fact]
    public void A_domain_that_was_decided_and_is_not_there_yet_is_reserved_whole()
    {
        var domain = Sample.Domain().On("xen-1");
        On(domain).ShouldHaveSingleItem().KiB.ShouldBe(MemoryFootprint.Of(domain.Spec)!.TotalKiB);
    }

    [Fact]
    public void A_domain_that_the_measured_memory_counts_already_is_not_reserved() =>
        On(Sample.Domain().On("xen-1", domid: 7, createdAt: Sample.Now.AddMilliseconds(-1))).ShouldBeEmpty();

    [Fact]
    public void A_domain_created_after_the_memory_was_measured_is_reserved() =>
        On(Sample.Domain().On("xen-1", domid: 7, createdAt: Sample.Now.AddMilliseconds(1))).ShouldHaveSingleItem();

    [Fact]
    public void A_domain_on_a_host_that_does_not_say_when_it_measured_is_taken_as_counted() =>
        On(Sample.Domain().On("xen-1", domid: 7)).ShouldBeEmpty();

    [Fact]
    public void A_halted_domain_is_not_reserved() =>
        On(Sample.Domain().With(s => s with { PowerState = PowerState.Halted }).On("xen-1")).ShouldBeEmpty();

    [Fact]
    public void A_domain_that_is_being_deleted_is_not_reserved()
    {
        var domain = Sample.Domain().On("xen-1");
        On(domain with { Metadata = domain.Metadata with { DeletionTimestamp = Sample.Now } }).ShouldBeEmpty();
    }

    [Fact]
    public void A_domain_does_not_stand_in_its_own_way()
    {
        var domain = Sample.Domain().On("xen-1");
        Reservations.Of([domain], [Host]).On("xen-1", domain).ShouldBeEmpty();
    }

    [Fact]
    public void Domains_on_other_hosts_on_none_and_on_unknown_ones_are_not_reserved_here() =>
        On(Sample.Domain("a").On("xen-2"), Sample.Domain("b"), Sample.Domain("c").On("gone")).ShouldBeEmpty();

    private static IReadOnlyList<Reservation> On(params Domain[] domains) =>
        Reservations.Of(domains, [Host, Sample.Host("xen-2")]).On("xen-1", Sample.Domain("new"));
}
