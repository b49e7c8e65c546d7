using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Testing;
using static Reconciler.Operator.Tests.Devices.DeviceRig;

namespace Reconciler.Operator.Tests.Devices;

public sealed class DeviceControllerTests
{
    [Fact]
    public void A_disk_follows_its_Domain_to_the_host_status_first_and_then_finalizer_and_label_in_one_write() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.UntilAsync<Api.Storage.XenStoragePool>("pool", pool => pool.Status is not null);
        var before = rig.Client.Writes.Count;
        await rig.ApplyVbdAsync("root");
        await rig.UntilGivenAsync("root");

        rig.Client.Writes.Skip(before).Where(write => write.Contains("vbds", StringComparison.Ordinal))
            .ShouldBe(["apply-status vbds default/root", "patch vbds default/root"]);
        var vbd = (await rig.GetAsync<Vbd>("root"))!;
        vbd.Metadata.Finalizers.ShouldBe([XenApi.ReleaseFinalizer]);
        (vbd.Status!.Host, Label(vbd)).ShouldBe(("xen-1", "xen-1"));
        vbd.Status.DomainUid.ShouldBe((await rig.DomainAsync("web"))!.Metadata.Uid);
        Say(vbd.Status.Conditions, "Accepted").ShouldBe("True Valid");
        Say(vbd.Status.Conditions, "Ready").ShouldBe("False WaitingForAgent");
    });

    [Fact]
    public void In_whatever_order_things_are_applied_the_disk_arrives_and_says_what_it_waits_for() => OperatorRig.Run(async rig =>
    {
        await rig.StartOperatorAsync();
        await rig.ApplyVbdAsync("root");
        await rig.UntilAcceptedAsync("root", "False PoolNotFound");
        await rig.UntilAsync(async () => (await rig.EventsAsync("root")).Contains("Warning PoolNotFound"));
        await rig.ApplyPoolAsync();
        await rig.UntilReadyAsync("root", "False DomainNotFound");
        await rig.ApplyDomainAsync("web");
        await rig.UntilReadyAsync("root", "False DomainNotPlaced");
        (await rig.GetAsync<Vbd>("root"))!.Metadata.Finalizers.ShouldBeNull();
        await rig.ApplyHostAsync("xen-1");
        await rig.UntilGivenAsync("root");
    });

    [Fact]
    public void A_settled_disk_is_not_written_again() => OperatorRig.Run(async rig =>
    {
        await WithRootAsync(rig);
        await rig.ReportAttachedAsync("root");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        var writes = rig.Client.Writes.Count;
        await rig.PassAsync(TimeSpan.FromHours(1));
        rig.Client.Writes.Skip(writes).ShouldBeEmpty();
    });

    [Fact]
    public void A_deleted_disk_waits_for_its_agent() => OperatorRig.Run(async rig =>
    {
        await WithRootAsync(rig);
        await rig.DeleteAsync<Vbd>("root");
        await rig.PassAsync(TimeSpan.FromMinutes(20));
        (await rig.GetAsync<Vbd>("root")).ShouldNotBeNull();
        await rig.ReleaseAsync<Vbd>("root");
        await rig.UntilGoneAsync<Vbd>("root");
    });

    [Fact]
    public void A_deleted_disk_goes_by_itself_once_its_Domain_is_gone() => OperatorRig.Run(async rig =>
    {
        await WithRootAsync(rig);
        await rig.DeleteAsync<Vbd>("root");
        await rig.DeleteDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await rig.GetAsync<Vbd>("root")).ShouldNotBeNull("the Domain still has its finalizer");
        await rig.ReleaseAsync<Domain>("web");
        await rig.UntilGoneAsync<Vbd>("root");
    });

    [Fact]
    public void A_disk_that_outlives_its_Domain_loses_host_and_label_and_takes_Ready_back() => OperatorRig.Run(async rig =>
    {
        await WithRootAsync(rig);
        await rig.ReportAttachedAsync("root");
        await rig.DeleteDomainAsync("web");
        await rig.ReleaseAsync<Domain>("web");
        await rig.UntilReadyAsync("root", "False DomainNotFound");
        await rig.UntilAsync<Vbd>("root", vbd => Label(vbd) is null && vbd.Status!.Host is null);

        await rig.ApplyDomainAsync("web");
        await rig.UntilGivenAsync("root");
    });

    [Fact]
    public void Semantics_21_two_disks_that_race_for_one_volume_never_both_get_it() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.ApplyDomainAsync("db");
        for (var i = 0; i < 10; i++) await rig.ApplyVbdAsync($"disk-{i}", domain: i % 2 == 0 ? "web" : "db", device: $"xvd{(char)('a' + i)}");
        await rig.UntilAsync(async () => (await AcceptedAsync(rig)).All(accepted => accepted.Length > 0));
        (await AcceptedAsync(rig)).Count(accepted => accepted == "True Valid").ShouldBe(1);

        // The one that has it goes; another one gets it, and only one.
        var holder = (await DisksAsync(rig)).Single(vbd => Say(vbd.Status!.Conditions, "Accepted") == "True Valid").Metadata.Name!;
        await rig.DeleteAsync<Vbd>(holder);
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await AcceptedAsync(rig)).Count(accepted => accepted == "True Valid").ShouldBe(1, "the agent has not let go of it");
        await rig.ReleaseAsync<Vbd>(holder);
        await rig.UntilAsync(async () => (await AcceptedAsync(rig)).Count(accepted => accepted == "True Valid") == 1 && (await DisksAsync(rig)).Count == 9);
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await AcceptedAsync(rig)).Count(accepted => accepted == "True Valid").ShouldBe(1);
    });

    [Fact]
    public void A_crash_between_the_two_writes_is_made_up_for() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyDomainAsync("web");
        await rig.ApplyVbdAsync("root");
        var failures = 3;
        rig.Client.BeforeWrite = number =>
        {
            if (rig.Client.Writes[number] == "patch vbds default/root" && failures-- > 0) throw InterceptedClient.Unavailable();
        };
        await rig.StartOperatorAsync();
        await rig.UntilGivenAsync("root");
        failures.ShouldBeLessThan(0);
    });

    [Fact]
    public void Two_NICs_with_one_MAC_address_are_not_both_accepted() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyNetworkAsync();
        await rig.StartOperatorAsync();
        await rig.ApplyVifAsync("a", 0, "00:16:3e:00:00:01");
        await rig.UntilAsync<Vif>("a", vif => Say(vif.Status?.Conditions, "Accepted") == "True Valid");
        await rig.ApplyVifAsync("b", 1, "00:16:3E:00:00:01");
        await rig.UntilAsync<Vif>("b", vif => Say(vif.Status?.Conditions, "Accepted") == "False MacAddressInUse");
        await rig.ApplyVifAsync("b", 1);
        await rig.UntilAsync<Vif>("b", vif => Say(vif.Status?.Conditions, "Accepted") == "True Valid");
    });

    private static async Task WithRootAsync(OperatorRig rig)
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.ApplyVbdAsync("root");
        await rig.UntilGivenAsync("root");
    }

    private static async Task<IReadOnlyList<Vbd>> DisksAsync(OperatorRig rig) =>
        (await rig.Store.ListAsync<Vbd>(new Kubernetes.Client.ListOptions { Namespace = "default" }, CancellationToken.None)).Items;

    private static async Task<string[]> AcceptedAsync(OperatorRig rig) => [.. (await DisksAsync(rig)).Select(vbd => Say(vbd.Status?.Conditions, "Accepted"))];
}
