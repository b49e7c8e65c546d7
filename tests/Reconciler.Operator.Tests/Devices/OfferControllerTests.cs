using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using static Reconciler.Operator.Tests.Devices.DeviceRig;

namespace Reconciler.Operator.Tests.Devices;

public sealed class OfferControllerTests
{
    [Fact]
    public void A_pool_that_is_used_waits_with_its_deletion_and_names_its_users() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.StartOperatorAsync();
        await rig.ApplyVbdAsync("root");
        await rig.UntilAsync<XenStoragePool>("pool", pool => pool.Status?.Users == 1);
        await rig.DeleteAsync<XenStoragePool>("pool");
        await rig.UntilAsync<XenStoragePool>("pool", pool => Say(pool.Status?.Conditions, "Ready") == "False InUse");
        (await rig.GetAsync<XenStoragePool>("pool"))!.Status!.Conditions.Find("Ready")!.Message!.ShouldContain("default/root");

        // It takes no more, and what has it keeps it.
        await rig.ApplyVbdAsync("data", "xvdb", source: Volume("data"));
        await rig.UntilAcceptedAsync("data", "False PoolNotFound");
        Say((await rig.GetAsync<Vbd>("root"))!.Status!.Conditions, "Accepted").ShouldBe("True Valid");

        await rig.DeleteAsync<Vbd>("root");
        await rig.UntilGoneAsync<XenStoragePool>("pool");
    });

    [Fact]
    public void A_network_that_is_used_waits_with_its_deletion() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyNetworkAsync();
        await rig.StartOperatorAsync();
        await rig.ApplyVifAsync("nic");
        await rig.UntilAsync<XenNetwork>("lan", network => network.Status?.Users == 1);
        await rig.DeleteAsync<XenNetwork>("lan");
        await rig.UntilAsync<XenNetwork>("lan", network => Say(network.Status?.Conditions, "Ready") == "False InUse");
        await rig.DeleteAsync<Vif>("nic");
        await rig.UntilGoneAsync<XenNetwork>("lan");
    });

    [Fact]
    public void A_pool_that_nobody_uses_goes_at_once() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.StartOperatorAsync();
        await rig.UntilAsync<XenStoragePool>("pool", pool => pool.Metadata.Finalizers?.Contains(XenApi.InUseFinalizer) == true);
        await rig.DeleteAsync<XenStoragePool>("pool");
        await rig.UntilGoneAsync<XenStoragePool>("pool");
    });

    [Fact]
    public void A_pool_says_which_hosts_can_t_reach_it() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1", seesPool: false);
        await rig.ApplyHostAsync("xen-2", seesPool: false);
        await rig.StartOperatorAsync();
        await rig.UntilAsync<XenStoragePool>("pool", pool => Say(pool.Status?.Conditions, "Ready") == "False NotReachable");
        await rig.ReportPoolAsync("xen-1", ready: true);
        await rig.UntilAsync<XenStoragePool>("pool", pool => Say(pool.Status?.Conditions, "Ready") == "True Ready");
        await rig.ReportPoolAsync("xen-2", ready: false, "/srv/pool is not there");
        await rig.UntilAsync<XenStoragePool>("pool", pool => Say(pool.Status?.Conditions, "Ready") == "True ReadyOnSome");
        var status = (await rig.GetAsync<XenStoragePool>("pool"))!.Status!;
        status.Conditions.Find("Ready")!.Message.ShouldBe("Not on xen-2: /srv/pool is not there");
        status.ReadyHosts.ShouldBe(1);
    });

    [Fact]
    public void A_pool_that_can_t_hold_what_is_asked_for_is_said_so() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync("disks", new XenStoragePoolSpec { BlockDevices = new BlockDevicePool { Directory = "/dev/disk/by-id" } });
        await rig.StartOperatorAsync();
        var volume = Volume("wwn-0x5000", "disks").Volume!;
        await rig.ApplyVbdAsync("root", source: new VbdSource { Volume = volume with { Create = new VolumeCreate { Size = "1Gi" } } });
        await rig.UntilAcceptedAsync("root", "False PoolNotUsable");
    });
}
