using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

public sealed class ByHandTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SimulatedHost _host;

    public ByHandTests() => _host = new SimulatedHost(time: _time);

    [Fact]
    public async Task A_duplicate_is_seen_as_one()
    {
        var domid = await _host.CreatePausedAsync(A.Desired(), CancellationToken.None);
        _host.ByHand.Unpause(domid);
        _host.ByHand.Duplicate(domid).ShouldBe(domid + 1);
        var seen = await _host.ObserveAsync(A.Desired().Key, CancellationToken.None);
        seen.Domains.Select(d => d.Domid).ShouldBe([domid, domid + 1]);
        seen.Domains.ShouldAllBe(d => d.Ownership == DomainOwnership.Ours && d.State == RunState.Running);
    }

    [Fact]
    public async Task A_domain_that_lost_its_mark_is_foreign()
    {
        var domid = await _host.CreatePausedAsync(A.Desired(), CancellationToken.None);
        _host.ByHand.LoseMark(domid);
        var error = await Should.ThrowAsync<XenException>(() => _host.DestroyAsync(new DomainRef(A.Uuid, domid), CancellationToken.None));
        error.Code.ShouldBe(XenErrorCode.NotOurs);
    }

    [Fact]
    public async Task A_name_moves_with_a_rename()
    {
        var domid = _host.ByHand.Create("default.web");
        (await ObserveAsync()).NameHeldBy.ShouldNotBeNull().Domid.ShouldBe(domid);
        _host.ByHand.Rename(domid, "other");
        (await ObserveAsync()).NameHeldBy.ShouldBeNull();
        _host.ReadXenstore($"/local/domain/{domid}/name").ShouldBe("other");
    }

    [Fact]
    public async Task A_suspended_guest_can_be_resumed()
    {
        var domid = await _host.CreatePausedAsync(A.Desired(), CancellationToken.None);
        _host.ByHand.Unpause(domid);
        _host.ByHand.End(domid, ShutdownReason.Suspend);
        (await ObserveAsync()).Domains[0].ShutdownReason.ShouldBe(ShutdownReason.Suspend);
        _host.ByHand.Resume(domid);
        (await ObserveAsync()).Domains[0].ShouldSatisfyAllConditions(d => d.State.ShouldBe(RunState.Running), d => d.ShutdownReason.ShouldBeNull());
    }

    [Fact]
    public async Task A_reboot_of_the_host_leaves_nothing_and_begins_domids_anew()
    {
        _host.ByHand.Create("one").ShouldBe(1);
        var before = await _host.DescribeAsync(CancellationToken.None);
        _host.ByHand.Reboot();
        (await _host.ObserveAllAsync(CancellationToken.None)).ShouldBeEmpty();
        (await _host.DescribeAsync(CancellationToken.None)).BootId.ShouldNotBe(before.BootId);
        _host.ByHand.Create("two").ShouldBe(1);
    }

    [Fact]
    public async Task Pause_and_destroy_are_seen()
    {
        var domid = await _host.CreatePausedAsync(A.Desired(), CancellationToken.None);
        _host.ByHand.Unpause(domid);
        _host.ByHand.Pause(domid);
        (await ObserveAsync()).Domains[0].State.ShouldBe(RunState.Paused);
        _host.ByHand.Destroy(domid);
        (await ObserveAsync()).Domains.ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private Task<Observation> ObserveAsync() => _host.ObserveAsync(A.Desired().Key, CancellationToken.None);
}
