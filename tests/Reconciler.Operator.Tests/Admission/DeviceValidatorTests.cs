using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Operator.Admission;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;
using static Reconciler.Operator.Tests.Devices.DeviceRig;

namespace Reconciler.Operator.Tests.Admission;

/// <summary>What the webhooks of disks, NICs, pools and networks say, without anything around them.</summary>
public sealed class DeviceValidatorTests
{
    private static readonly AdmissionContext Context = new() { Uid = "1", Operation = AdmissionOperations.Create, Name = "root", Namespace = "default" };
    private readonly Store<XenStoragePool> _pools = new();
    private readonly Store<XenNetwork> _networks = new();

    [Fact]
    public async Task A_wrong_disk_is_refused_with_field_value_and_remedy()
    {
        var refused = await new VbdValidator(_pools).CreateAsync(Disk(device: "sda"), Context, default);
        refused.IsAllowed.ShouldBeFalse();
        refused.Message.ShouldBe("spec.device: sda: not the name of a virtual disk. Use xvda to xvdz, or xvdaa to xvdzz.");
    }

    [Fact]
    public async Task A_pool_or_network_that_does_not_exist_is_warned_of_once_that_is_known()
    {
        (await new VbdValidator(_pools).CreateAsync(Disk(), Context, default)).Warnings.ShouldBeEmpty();
        Fill(_pools);
        Fill(_networks);
        (await new VbdValidator(_pools).CreateAsync(Disk(), Context, default)).Warnings.ShouldHaveSingleItem().ShouldContain("no XenStoragePool pool");
        (await new VifValidator(_networks).CreateAsync(Nic(0), Context, default)).Warnings.ShouldHaveSingleItem().ShouldContain("no XenNetwork");
    }

    [Fact]
    public async Task Domain_device_and_index_can_t_be_changed()
    {
        Fields(await UpdateAsync(Disk(), Disk("xvdb"))).ShouldBe(["spec.device"]);
        Fields(await UpdateAsync(Disk(), Disk() with { Spec = Disk().Spec! with { Domain = "db" } })).ShouldBe(["spec.domain"]);
        Fields(await new VifValidator(_networks).UpdateAsync(Nic(0), Nic(1), Context, default)).ShouldBe(["spec.index"]);
    }

    [Fact]
    public async Task What_an_attached_device_does_not_follow_is_warned_of()
    {
        var nic = Nic(0) with { Status = new VifStatus { Domid = 3 } };
        var changed = nic with { Spec = nic.Spec! with { Mtu = 1280, Rate = "8Mb/s", LinkState = LinkState.Down } };
        (await new VifValidator(_networks).UpdateAsync(nic, changed, Context, default)).Warnings.ShouldHaveSingleItem().ShouldStartWith("spec.mtu: the NIC is attached and stays as it is");
        (await new VifValidator(_networks).UpdateAsync(nic, changed with { Status = null }, Context, default)).Warnings.ShouldBeEmpty();

        var disk = Disk() with { Status = new VbdStatus { Domid = 3 } };
        (await UpdateAsync(disk, disk with { Spec = disk.Spec! with { Mode = VbdMode.ReadOnly } })).Warnings.ShouldHaveSingleItem().ShouldStartWith("spec.mode: the disk is attached");
    }

    [Fact]
    public async Task A_volume_can_grow_and_never_shrinks()
    {
        (await UpdateAsync(Sized("1Gi"), Sized("2Gi"))).IsAllowed.ShouldBeTrue();
        (await UpdateAsync(Sized("1Gi"), Sized("1024Mi"))).IsAllowed.ShouldBeTrue();
        Fields(await UpdateAsync(Sized("2Gi"), Sized("1Gi"))).ShouldBe(["spec.source.volume.create.size"]);
    }

    [Fact]
    public async Task What_is_no_change_of_the_spec_always_passes_also_where_the_spec_has_lists()
    {
        var bad = new Domain
        {
            Metadata = new ObjectMeta { Name = "web", Namespace = "default" },
            Spec = new DomainSpec { Memory = new MemorySpec { Size = "1Mi" }, Boot = new BootSpec { Kernel = "/k" }, VifTemplates = [new VifTemplate { Index = 0, Network = "lan" }] },
        };
        var read = bad with
        {
            Metadata = bad.Metadata with { Finalizers = [XenApi.ReleaseFinalizer] },
            Spec = bad.Spec! with { VifTemplates = [.. bad.Spec.VifTemplates!] },
        };
        (await new DomainValidator(new Store<XenHost>()).UpdateAsync(bad, read, Context, default)).IsAllowed.ShouldBeTrue();
        (await UpdateAsync(Disk("sda"), Disk("sda") with { Metadata = read.Metadata })).IsAllowed.ShouldBeTrue();
        (await UpdateAsync(Disk(), Disk("sda") with { Metadata = new ObjectMeta { DeletionTimestamp = DateTimeOffset.UnixEpoch } })).IsAllowed.ShouldBeTrue();
    }

    [Fact]
    public async Task The_deletion_of_a_pool_or_network_that_is_used_is_not_taken_without_a_word()
    {
        var pool = new XenStoragePool { Metadata = new ObjectMeta { Name = "pool" }, Status = new XenStoragePoolStatus { Users = 2 } };
        var result = await new XenStoragePoolValidator().DeleteAsync(pool, Context, default);
        result.IsAllowed.ShouldBeTrue();
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("2 VBDs use XenStoragePool pool");
        (await new XenStoragePoolValidator().DeleteAsync(pool with { Status = null }, Context, default)).Warnings.ShouldBeEmpty();
        var network = new XenNetwork { Metadata = new ObjectMeta { Name = "lan" }, Status = new XenNetworkStatus { Users = 1 } };
        (await new XenNetworkValidator().DeleteAsync(network, Context, default)).Warnings.ShouldHaveSingleItem().ShouldStartWith("1 VIF uses XenNetwork lan");
    }

    [Fact]
    public async Task A_wrong_pool_or_network_is_refused()
    {
        Fields(await new XenStoragePoolValidator().CreateAsync(new XenStoragePool { Spec = new XenStoragePoolSpec() }, Context, default)).ShouldBe(["spec"]);
        Fields(await new XenNetworkValidator().CreateAsync(new XenNetwork { Spec = new XenNetworkSpec { Bridge = "br/0" } }, Context, default)).ShouldBe(["spec.bridge"]);
    }

    private static Vbd Disk(string device = "xvda") => new()
    {
        Metadata = new ObjectMeta { Name = "root", Namespace = "default" }, Spec = new VbdSpec { Domain = "web", Device = device, Source = Volume() },
    };

    private static Vbd Sized(string size) =>
        Disk() with { Spec = Disk().Spec! with { Source = new VbdSource { Volume = Volume().Volume! with { Create = new VolumeCreate { Size = size } } } } };

    private static Vif Nic(int index) => new()
    {
        Metadata = new ObjectMeta { Name = "nic", Namespace = "default" }, Spec = new VifSpec { Domain = "web", Index = index, Network = "lan" },
    };

    private async Task<AdmissionResult> UpdateAsync(Vbd old, Vbd now) => await new VbdValidator(_pools).UpdateAsync(old, now, Context, default);

    private static string?[] Fields(AdmissionResult result) => [.. result.Causes.Select(cause => cause.Field)];

    private static void Fill<T>(Store<T> store)
        where T : class, IResource<T>
    {
        store.Apply(ReflectorEvent<T>.Init);
        store.Apply(ReflectorEvent<T>.InitDone);
    }
}
