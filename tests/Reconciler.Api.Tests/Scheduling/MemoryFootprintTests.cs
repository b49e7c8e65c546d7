using Reconciler.Api.Domains;
using Reconciler.Api.Scheduling;

namespace Reconciler.Api.Tests.Scheduling;

public sealed class MemoryFootprintTests
{
    [Fact]
    public void A_pvh_domain_takes_shadow_pages_per_cpu_pages_and_two_MiB_more()
    {
        // 2 * 256 + 2 * 1024 pages = 10 MiB of shadow; 1 + 1 MiB; 2 * 38 pages = 304 KiB.
        var footprint = MemoryFootprint.Of(DomainType.PVH, 1024 * 1024, 2);
        footprint.GuestKiB.ShouldBe(1024 * 1024);
        footprint.OverheadKiB.ShouldBe((12 * 1024) + 304);
        footprint.TotalKiB.ShouldBe(footprint.GuestKiB + footprint.OverheadKiB);
    }

    [Fact]
    public void A_pv_domain_takes_less() =>
        MemoryFootprint.Of(DomainType.PV, 1024 * 1024, 2).OverheadKiB.ShouldBe(11 * 1024);

    [Fact]
    public void Absent_fields_count_as_their_defaults() =>
        MemoryFootprint.Of(Sample.Domain(vcpus: null).Spec).ShouldBe(MemoryFootprint.Of(DomainType.PVH, 512 * 1024, 1));

    [Fact]
    public void A_size_that_is_no_quantity_has_no_footprint() =>
        MemoryFootprint.Of(Sample.Domain(memory: "much").Spec).ShouldBeNull();
}
