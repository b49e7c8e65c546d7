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
        On(domain).ShouldBe((1, MemoryFootprint.Of(domain.Spec)!.TotalKiB));
    }

    [Fact]
    public void A_domain_that_the_measured_memory_counts_already_is_not_reserved() =>
        On(Sample.Domain().On("xen-1", domid: 7, createdAt: Sample.Now.AddMilliseconds(-1))).ShouldBe((0, 0));

    [Fact]
    public void A_domain_created_after_the_memory_was_measured_is_reserved() =>
        On(Sample.Domain().On("xen-1", domid: 7, createdAt: Sample.Now.AddMilliseconds(1))).Count.ShouldBe(1);

    [Fact]
    public void A_domain_on_a_host_that_does_not_say_when_it_measured_is_taken_as_counted() =>
        On(Sample.Domain().On("xen-1", domid: 7)).ShouldBe((0, 0));

    [Fact]
    public void A_halted_domain_is_not_reserved() =>
        On(Sample.Domain().With(s => s with { PowerState = PowerState.Halted }).On("xen-1")).ShouldBe((0, 0));

    [Fact]
    public void A_domain_that_is_being_deleted_is_not_reserved()
    {
        var domain = Sample.Domain().On("xen-1");
        On(domain with { Metadata = domain.Metadata with { DeletionTimestamp = Sample.Now } }).ShouldBe((0, 0));
    }

    [Fact]
    public void A_domain_does_not_stand_in_its_own_way()
    {
        var domain = Sample.Domain().On("xen-1");
        var need = MemoryFootprint.Of(domain.Spec)!.TotalKiB;
        domain.CanPlace(Sample.Host(free: $"{need}Ki"), domain).Fits.ShouldBeTrue();
    }

    [Fact]
    public void Domains_on_other_hosts_on_none_and_on_unknown_ones_are_not_reserved_here() =>
        On(Sample.Domain("a").On("xen-2"), Sample.Domain("b"), Sample.Domain("c").On("gone")).ShouldBe((0, 0));

    [Fact]
    public void A_domain_that_its_host_refuses_is_not_reserved_there()
    {
        var refusal = new HostRefusal { Host = "xen-1", Reason = "NotEnoughMemory", Message = "", At = Sample.Now };
        On(Sample.Domain() with { Status = new DomainStatus { Host = "xen-1", Refusal = refusal } }).ShouldBe((0, 0));
        On(Sample.Domain() with { Status = new DomainStatus { Host = "xen-1", Refusal = refusal with { Host = "xen-2" } } }).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void A_domain_that_has_vacated_leaves_its_memory_free_if_the_measured_memory_was_what_was_left_beside_it(int createdAfterMeasured, bool isFreed)
    {
        var domain = Sample.Domain().On("xen-1", domid: 7, createdAt: Sample.Now.AddMilliseconds(createdAfterMeasured));
        var cluster = Cluster.Of([Host], [domain]);
        var free = cluster.Find("xen-1")!.FreeKiB;

        cluster.Vacate(domain);

        var host = cluster.Find("xen-1")!;
        (host.FreeKiB - free, host.ReservedKiB, host.Domains).ShouldBe((isFreed ? MemoryFootprint.Of(domain.Spec)!.TotalKiB : 0, 0, 0));
    }

    [Fact]
    public void Whatever_is_put_in_and_taken_out_in_whatever_order_the_reservations_are_those_of_what_is_left()
    {
        var cluster = Cluster.Of([Host], []);
        var domain = Sample.Domain().On("xen-1");
        cluster.Put(domain);
        cluster.Put(Sample.Domain("b").On("xen-1"));
        cluster.Put(domain.On("xen-2")); // which does not exist yet
        cluster.Put(Sample.Host("xen-2"));
        cluster.RemoveHost("xen-1");
        cluster.Remove(Sample.Domain("b"));
        cluster.Put(Host);

        cluster.Find("xen-1")!.Reserved.ShouldBe(0);
        cluster.Find("xen-1")!.Domains.ShouldBe(0);
        cluster.Find("xen-2")!.Reserved.ShouldBe(1);
        cluster.Hosts.Select(host => host.Name).ShouldBe(["xen-1", "xen-2"]);
    }

    private static (int Count, long KiB) On(params Domain[] domains)
    {
        var host = Cluster.Of([Host, Sample.Host("xen-2")], domains).Find("xen-1")!;
        return (host.Reserved, host.ReservedKiB);
    }
}
