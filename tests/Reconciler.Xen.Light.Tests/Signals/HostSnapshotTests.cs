using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Signals;

namespace Reconciler.Xen.Light.Tests.Signals;

public sealed class HostSnapshotTests
{
    private static readonly Guid A = Guid.NewGuid();
    private static readonly Guid B = Guid.NewGuid();

    [Fact]
    public void The_same_domains_are_no_change() => Changes([Domain(A, 1), Domain(B, 2)], [Domain(B, 2), Domain(A, 1)]).ShouldBeEmpty();

    [Fact]
    public void A_domain_that_came_changed() => Changes([Domain(A, 1)], [Domain(A, 1), Domain(B, 2)]).ShouldBe([B]);

    [Fact]
    public void A_domain_that_went_changed() => Changes([Domain(A, 1), Domain(B, 2)], [Domain(B, 2)]).ShouldBe([A]);

    [Fact]
    public void A_domain_in_another_state_changed() => Changes([Domain(A, 1)], [Domain(A, 1, RunState.ShutDown)]).ShouldBe([A]);

    [Fact]
    public void A_domain_with_another_domid_is_another_life_and_told_once() => Changes([Domain(A, 1)], [Domain(A, 7)]).ShouldBe([A]);

    [Fact]
    public void Only_living_domains_of_ours_are_listened_to() =>
        new HostSnapshot([Domain(A, 1), Domain(B, 2, RunState.ShutDown), Domain(B, 3) with { Ownership = DomainOwnership.Foreign }])
            .Listening.ShouldBe([new DomainRef(A, 1)]);

    private static IReadOnlySet<Guid> Changes(ObservedDomain[] before, ObservedDomain[] after) =>
        new HostSnapshot(after).ChangedSince(new HostSnapshot(before));

    private static ObservedDomain Domain(Guid uuid, int domid, RunState state = RunState.Running) =>
        new() { Uuid = uuid, Domid = domid, Ownership = DomainOwnership.Ours, State = state, MemoryKiB = 1, Vcpus = 1 };
}
