using Reconciler.Agent.Devices;
using Reconciler.Agent.Mapping;
using Reconciler.Agent.Networking;
using Reconciler.Agent.Storage;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;
using DiskFormat = Reconciler.Api.Disks.DiskFormat;

namespace Reconciler.Agent.Tests.Mapping;

public sealed class DeviceMappingTests
{
    private const string DomainUid = "5f0c0a52-0000-4000-8000-000000000001";
    private const string DeviceUid = "5f0c0a52-0000-4000-8000-000000000002";

    private static readonly Domain Web = new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "web", Uid = DomainUid },
        Spec = new DomainSpec { Memory = new MemorySpec { Size = "128Mi" }, Boot = new BootSpec { Kernel = "/k" } },
    };

    private readonly VirtualFiles _files = new();

    public static TheoryData<string, VbdSource, string> Sources => new()
    {
        { "a volume of a directory is the file of its name", new VbdSource { Volume = new VolumeSource { Pool = "dir", Name = "a.img" } }, "/srv/dir/a.img" },
        { "a volume of LVM is in the folder of its group", new VbdSource { Volume = new VolumeSource { Pool = "lvm", Name = "a" } }, "/dev/vg0/a" },
        { "a volume of devices is the device of its name", new VbdSource { Volume = new VolumeSource { Pool = "dev", Name = "wwn-1" } }, "/dev/disk/by-id/wwn-1" },
        { "what a pool says of this host counts before the rest", new VbdSource { Volume = new VolumeSource { Pool = "there", Name = "a" } }, "/here/a" },
        { "a path is taken as it is", new VbdSource { File = new FileSource { Path = "/srv/b.img" } }, "/srv/b.img" },
        { "a device is taken as it is", new VbdSource { BlockDevice = new BlockDeviceSource { Path = "/dev/sdb" } }, "/dev/sdb" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_source_becomes_a_path(string rule, VbdSource source, string path)
    {
        var found = Map(Disk(source));

        found.Problem.ShouldBeNull(rule);
        found.Disk!.Path.ShouldBe(path, rule);
        found.Disk.ObjectUid.ShouldBe(Guid.Parse(DeviceUid));
        found.Disk.DevId.ShouldBe(51728);
        found.Disk.ReadOnly.ShouldBeFalse();
    }

    [Fact]
    public void Format_mode_and_drive_are_passed_on()
    {
        var qcow = Map(Disk(new VbdSource { File = new FileSource { Path = "/srv/b.qcow2", Format = DiskFormat.Qcow2 } }, s => s with { Mode = VbdMode.ReadOnly }));
        (qcow.Disk!.Format, qcow.Disk.ReadOnly, qcow.Disk.CdRom).ShouldBe((Xen.Host.DiskFormat.Qcow2, true, false));

        var drive = Map(Disk(new VbdSource { Iso = new IsoSource { Pool = "dir", Name = "d.iso" } }, s => s with { Type = VbdType.CDROM }));
        (drive.Disk!.Path, drive.Disk.ReadOnly, drive.Disk.CdRom).ShouldBe(("/srv/dir/d.iso", true, true));
    }

    [Fact]
    public void An_empty_drive_is_no_device_and_no_problem()
    {
        var found = Map(Disk(null, s => s with { Type = VbdType.CDROM }));

        found.IsEmptyDrive.ShouldBeTrue();
        found.Disk.ShouldBeNull();
        found.Problem.ShouldBeNull();
    }

    [Fact]
    public void A_NIC_gets_its_bridge_its_MAC_and_its_limits()
    {
        var nic = Map(Nic(s => s with { Rate = "12MB/s" })).Nic!;
        (nic.Bridge, nic.Mtu, nic.RateBytesPerSecond).ShouldBe(("br-here", 1450, 12_000_000));
        nic.Mac.ShouldBe(MacAddress.OfUid(DeviceUid));

        var own = Map(Nic(s => s with { MacAddress = "00:16:3E:AA:BB:CC", Mtu = 9000 })).Nic!;
        (own.Mac, own.Mtu).ShouldBe(("00:16:3e:aa:bb:cc", 9000));
    }

    [Fact]
    public void A_NIC_gets_the_VLAN_the_locks_and_the_link_that_it_is_to_have()
    {
        var nic = Map(Nic(s => s with
        {
            Network = "vlan", LinkState = LinkState.Down, LockedAddresses = new LockedAddresses { Ips = ["192.0.2.7", "2001:DB8:0::7", "2001:db8::7"] },
        })).Nic!;
        (nic.Vlan, nic.LinkDown).ShouldBe((5, true));
        nic.Locks.ShouldBe(new NicLocks { Mac = true, Ips = ["192.0.2.7", "2001:db8::7"] });

        Map(Nic(s => s with { LockedAddresses = new LockedAddresses { Mac = false } })).Nic!.Locks.ShouldBeNull("it locks nothing");
        var here = Map(Nic(s => s with { Network = "vlan-here" })).Nic!;
        (here.Bridge, here.Vlan, here.Mtu).ShouldBe(("br-here", 6, 1400));
    }

    [Fact]
    public void What_a_host_can_not_do_is_refused_and_not_left_out()
    {
        _files.Remove("/sys/class/net/xenbr0/bridge/vlan_filtering");
        var found = Map(Nic(s => s with { Network = "vlan" }));
        found.Nic.ShouldBeNull();
        found.Problem!.ShouldSatisfyAllConditions(p => p.Reason.ShouldBe(DeviceReadyCondition.NetworkNotReady), p => p.Message.ShouldContain("vlan_filtering 1"));
    }

    /// <summary>What the table says of a change of a VIF is what becomes of it: no row but has its change here.</summary>
    [Fact]
    public void Changes_of_a_NIC_do_what_the_rules_say()
    {
        var changes = new Dictionary<string, Func<VifSpec, VifSpec>>(StringComparer.Ordinal)
        {
            ["network"] = s => s with { Network = "other" },
            ["macAddress"] = s => s with { MacAddress = "00:16:3e:aa:bb:cc" },
            ["mtu"] = s => s with { Mtu = 1280 },
            ["rate"] = s => s with { Rate = "12MB/s" },
            ["linkState"] = s => s with { LinkState = LinkState.Down },
            ["lockedAddresses"] = s => s with { LockedAddresses = new LockedAddresses { Ips = ["192.0.2.7"] } },
            ["detach"] = s => s with { Detach = new DetachSpec { TimeoutSeconds = 5 } },
        };
        var attached = Map(Nic(s => s)).Nic!;
        var living = Living(DeviceMark.Of(attached, default));
        foreach (var rule in ChangeRules.Vif.Where(rule => rule.Effect is not ChangeEffect.Refused))
        {
            var changed = Nic(changes[rule.Field]);
            rule.Differs(Nic(s => s).Spec!, changed.Spec!).ShouldBeTrue(rule.Field);
            var found = Mapping().Map(Web, Objects() with { Vifs = [changed] }, living).ShouldHaveSingleItem();
            found.Problem.ShouldBeNull(rule.Field);
            found.ReplugRequired.ShouldBe(rule.Effect is ChangeEffect.Replug ? rule.Field : null, rule.Field);
            attached.CanBecome(found.Nic!).ShouldBeTrue(rule.Field);
            (found.Nic == attached).ShouldBe(rule.Effect is ChangeEffect.Replug || rule.Field == "detach", rule.Field);
        }
    }

    [Fact]
    public void What_can_change_live_does_so_beside_what_takes_a_replug()
    {
        var attached = Map(Nic(s => s)).Nic!;
        var found = Mapping().Map(
            Web, Objects() with { Vifs = [Nic(s => s with { Mtu = 1280, Rate = "12MB/s" })] }, Living(DeviceMark.Of(attached, default))).ShouldHaveSingleItem();
        found.ReplugRequired.ShouldBe("mtu");
        found.Nic.ShouldBe(attached with { RateBytesPerSecond = 12_000_000 });
    }

    [Fact]
    public void Changes_of_a_disk_do_what_the_rules_say()
    {
        var attached = Map(Disk(new VbdSource { File = new FileSource { Path = "/srv/a" } })).Disk!;
        var living = Living(DeviceMark.Of(attached, default));
        foreach (var (field, change) in new Dictionary<string, Func<VbdSpec, VbdSpec>>(StringComparer.Ordinal)
        {
            ["source"] = s => s with { Source = new VbdSource { File = new FileSource { Path = "/srv/b" } } },
            ["mode"] = s => s with { Mode = VbdMode.ReadOnly },
            ["type"] = s => s with { Type = VbdType.CDROM },
        })
        {
            var changed = Disk(new VbdSource { File = new FileSource { Path = "/srv/a" } }, change);
            ChangeRules.Vbd.Single(rule => rule.Field == field).Effect.ShouldBe(ChangeEffect.Replug);
            var found = Mapping().Map(Web, Objects() with { Vbds = [changed] }, living).ShouldHaveSingleItem();
            found.ReplugRequired.ShouldNotBeNull(field).ShouldStartWith(field);
            found.Disk.ShouldBe(attached, field);
        }
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        _files.Remove("/sys/class/net/br-here");
        _files.Remove("/srv/dir");

        Map(Nic(s => s)).Problem!.Message.ShouldContain("br-here");
        Map(Nic(s => s with { Network = "none" })).Problem!.Message.ShouldBe("There is no XenNetwork none.");
        Map(Disk(new VbdSource { Volume = new VolumeSource { Pool = "dir", Name = "a" } })).Problem!.Reason.ShouldBe(DeviceReadyCondition.PoolNotReady);
        Map(Disk(new VbdSource { Volume = new VolumeSource { Pool = "none", Name = "a" } })).Problem!.Message.ShouldBe("There is no XenStoragePool none.");
    }

    [Theory]
    [InlineData("another-host", true, DomainUid)]
    [InlineData(null, true, DomainUid)]
    [InlineData("xen-a", false, DomainUid)]
    [InlineData("xen-a", true, "5f0c0a52-0000-4000-8000-000000000009")]
    public void Only_what_label_status_and_Domain_give_to_this_host_is_held(string? host, bool labelled, string domainUid)
    {
        var vbd = Disk(new VbdSource { File = new FileSource { Path = "/srv/a" } });
        vbd = vbd with
        {
            Metadata = vbd.Metadata with { Labels = labelled ? vbd.Metadata.Labels : null },
            Status = vbd.Status! with { Host = host, DomainUid = domainUid },
        };

        Mapping().Map(Web, new DeviceObjects { Vbds = [vbd] }, living: null).ShouldBeEmpty();
    }

    [Fact]
    public void A_generation_that_is_not_accepted_yet_brings_nothing()
    {
        var vbd = Disk(new VbdSource { File = new FileSource { Path = "/srv/a" } });

        var found = Map(vbd with { Metadata = vbd.Metadata with { Generation = 2 } });

        found.Disk.ShouldBeNull();
        found.Problem!.Reason.ShouldBe(DeviceReadyCondition.NotAccepted);
    }

    [Fact]
    public void How_a_device_is_taken_away_is_said_for_each()
    {
        var vbd = Disk(new VbdSource { File = new FileSource { Path = "/srv/a" } }, s => s with { Detach = new DetachSpec { OnTimeout = DetachTimeoutAction.Force, TimeoutSeconds = 5 } });

        var policy = DeviceMapping.DetachPolicies(new DeviceObjects { Vbds = [vbd] })[Guid.Parse(DeviceUid)];

        (policy.Timeout, policy.Force).ShouldBe((TimeSpan.FromSeconds(5), true));
    }

    private DeviceMapping Mapping() => new("xen-a", new SimulatedStorage(_files, state: null), new SimulatedBridges(_files));

    private DeviceFinding Map(Vbd vbd) => Mapping().Map(Web, Objects() with { Vbds = [vbd] }, living: null).ShouldHaveSingleItem();

    private DeviceFinding Map(Vif vif) => Mapping().Map(Web, Objects() with { Vifs = [vif] }, living: null).ShouldHaveSingleItem();

    private static ObservedDomain Living(DeviceMark mark) => new()
    {
        Uuid = Guid.Parse(DomainUid), Domid = 3, Ownership = DomainOwnership.Ours, State = RunState.Running, MemoryKiB = 131072, Vcpus = 1,
        Devices = [new ObservedDevice { Ref = mark.Device, Mark = mark }],
    };

    private static DeviceObjects Objects() => new()
    {
        Pool = name => name switch
        {
            "dir" => Pool(name, new XenStoragePoolSpec { Directory = new DirectoryPool { Path = "/srv/dir" } }),
            "lvm" => Pool(name, new XenStoragePoolSpec { Lvm = new LvmPool { VolumeGroup = "vg0" } }),
            "dev" => Pool(name, new XenStoragePoolSpec { BlockDevices = new BlockDevicePool { Directory = "/dev/disk/by-id/" } }),
            "there" => Pool(name, new XenStoragePoolSpec
            {
                Directory = new DirectoryPool { Path = "/there" },
                Hosts = [new StoragePoolHost { Name = "xen-a", Directory = new DirectoryPool { Path = "/here" } }],
            }),
            _ => null,
        },
        Network = name => name switch
        {
            "lan" => Network(name, new XenNetworkSpec { Bridge = "xenbr0", Mtu = 1450, Hosts = [new NetworkHost { Name = "xen-a", Bridge = "br-here" }] }),
            "other" => Network(name, new XenNetworkSpec { Bridge = "xenbr1", Mtu = 1450 }),
            "vlan" => Network(name, new XenNetworkSpec { Bridge = "xenbr0", Vlan = 5 }),
            "vlan-here" => Network(name, new XenNetworkSpec { Bridge = "xenbr0", Vlan = 5, Hosts = [new NetworkHost { Name = "xen-a", Bridge = "br-here", Vlan = 6, Mtu = 1400 }] }),
            _ => null,
        },
    };

    private static XenStoragePool Pool(string name, XenStoragePoolSpec spec) => new() { Metadata = new ObjectMeta { Name = name }, Spec = spec };

    private static XenNetwork Network(string name, XenNetworkSpec spec) => new() { Metadata = new ObjectMeta { Name = name }, Spec = spec };

    private static Vbd Disk(VbdSource? source, Func<VbdSpec, VbdSpec>? change = null)
    {
        var spec = new VbdSpec { Domain = "web", Device = "xvdb", Source = source };
        return new Vbd
        {
            Metadata = Meta("data"), Spec = change?.Invoke(spec) ?? spec,
            Status = new VbdStatus { Host = "xen-a", DomainUid = DomainUid, Conditions = [Accepted] },
        };
    }

    private static Vif Nic(Func<VifSpec, VifSpec> change) => new()
    {
        Metadata = Meta("nic"), Spec = change(new VifSpec { Domain = "web", Index = 0, Network = "lan" }),
        Status = new VifStatus { Host = "xen-a", DomainUid = DomainUid, Conditions = [Accepted] },
    };

    private static ObjectMeta Meta(string name) => new()
    {
        Namespace = "shop", Name = name, Uid = DeviceUid, Generation = 1,
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [XenApi.HostLabel] = "xen-a" },
    };

    private static Condition Accepted { get; } = new()
    {
        Type = DeviceAcceptedCondition.Type, Status = ConditionStatus.True, Reason = DeviceAcceptedCondition.Valid, ObservedGeneration = 1, LastTransitionTime = default,
    };
}
