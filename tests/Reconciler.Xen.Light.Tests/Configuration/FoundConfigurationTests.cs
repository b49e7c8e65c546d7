using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;

namespace Reconciler.Xen.Light.Tests.Configuration;

public sealed class FoundConfigurationTests
{
    private static readonly DomainRef Old = new(Guid.NewGuid(), 4);

    [Fact]
    public void What_xl_has_made_is_read_in_the_words_of_a_desired_domain()
    {
        var found = FoundConfiguration.Read(
            """
            {"c_info":{"type":"pv","name":"old-web","uuid":"6a0b0c0d-1111-2222-3333-444455556666","run_hotplug_scripts":"True"},
             "b_info":{"max_vcpus":2,"avail_vcpus":[0,1],"max_memkb":65536,"target_memkb":65536,"shadow_memkb":3072,"kernel":"/boot/vmlinuz","ramdisk":"/boot/initrd","cmdline":"root=/dev/xvda ro","type.pv":{}},
             "disks":[{"pdev_path":"/dev/vg0/web","vdev":"xvda","backend":"phy","format":"raw","script":"block","readwrite":1},
                      {"pdev_path":"/srv/data.qcow2","vdev":"xvdaa","backend":"qdisk","format":"qcow2"},
                      {"pdev_path":"/srv/cd.iso","vdev":"xvdc","format":"raw","readwrite":0,"is_cdrom":1,"removable":1}],
             "nics":[{"devid":1,"mtu":1492,"mac":"00:16:3E:00:00:07","bridge":"xenbr0","script":"/etc/xen/scripts/vif-bridge","nictype":"vif","rate_bytes_per_interval":50000,"rate_interval_usecs":50000}],
             "on_poweroff":"destroy","on_reboot":"restart","on_crash":"rename_restart"}
            """,
            Old);

        found.ShouldBe(new FoundDomain
        {
            Ref = Old,
            XenName = "old-web",
            Type = DomainType.Pv,
            Vcpus = 2,
            MemoryKiB = 65536,
            Boot = new DirectBoot("/boot/vmlinuz", "/boot/initrd", "root=/dev/xvda ro"),
            Disks =
            [
                new DesiredDisk { ObjectUid = Guid.Empty, ObjectName = "", Device = "xvda", DevId = 51712, Path = "/dev/vg0/web" },
                new DesiredDisk { ObjectUid = Guid.Empty, ObjectName = "", Device = "xvdaa", DevId = 268442112, Path = "/srv/data.qcow2", Format = DiskFormat.Qcow2, ReadOnly = true },
                new DesiredDisk { ObjectUid = Guid.Empty, ObjectName = "", Device = "xvdc", DevId = 51744, Path = "/srv/cd.iso", CdRom = true },
            ],
            Nics = [new DesiredNic { ObjectUid = Guid.Empty, ObjectName = "", Index = 1, Mac = "00:16:3e:00:00:07", Bridge = "xenbr0", RateBytesPerSecond = 1_000_000 }],
            RestartsAfterCrash = true,
        });
    }

    /// <summary>The numbers of VbdDeviceTests.</summary>
    [Theory]
    [InlineData("xvda", 51712)]
    [InlineData("xvdb", 51728)]
    [InlineData("xvdp", 51952)]
    [InlineData("xvdq", (1 << 28) | (16 << 8))]
    [InlineData("xvdz", (1 << 28) | (25 << 8))]
    [InlineData("xvdaa", (1 << 28) | (26 << 8))]
    [InlineData("xvdzz", (1 << 28) | (701 << 8))]
    public void A_disk_has_the_number_that_Xen_gives_it(string device, int number) =>
        FoundConfiguration.Read($$"""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"{{device}}","pdev_path":"/a"}]}""", Old)
            .Disks.ShouldHaveSingleItem().DevId.ShouldBe(number);

    [Theory]
    [InlineData("""{"b_info":{"bootloader":"pygrub"}}""", "bootloader: pygrub starts it")]
    [InlineData("""{"b_info":{"type.pv":{"bootloader":"pygrub"}}}""", "bootloader: pygrub starts it")]
    [InlineData("""{"b_info":{"kernel":"/k","max_memkb":131072,"target_memkb":65536}}""", "memory: it has 65536 KiB of the 131072 KiB")]
    [InlineData("""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"hda","pdev_path":"/a"}]}""", "disk hda: only whole disks")]
    [InlineData("""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"xvda1","pdev_path":"/a"}]}""", "disk xvda1: only whole disks")]
    [InlineData("""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"xvdaaa","pdev_path":"/a"}]}""", "disk xvdaaa: only whole disks")]
    [InlineData("""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"xvda","pdev_path":"/a","format":"vhd"}]}""", "disk xvda: its format is vhd")]
    [InlineData("""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"xvda","pdev_path":"/a","script":"block-drbd"}]}""", "disk xvda: the script block-drbd")]
    [InlineData("""{"b_info":{"kernel":"/k"},"disks":[{"vdev":"xvda","pdev_path":"/a","backend_domid":3}]}""", "disk xvda: a domain other than dom0")]
    [InlineData("""{"b_info":{"kernel":"/k"},"nics":[{"devid":2,"mac":"00:16:3e:00:00:01","bridge":"b","script":"vif-openvswitch"}]}""", "nic 2: the script vif-openvswitch")]
    [InlineData("""{"b_info":{"kernel":"/k"},"nics":[{"mac":"00:16:3e:00:00:01"}]}""", "nic 0: it is in no bridge")]
    [InlineData("""{"b_info":{"kernel":"/k"},"pcidevs":[{}]}""", "pcidevs: it has 1")]
    public void What_a_desired_domain_can_t_have_is_named(string json, string named)
    {
        var found = FoundConfiguration.Read(json, Old);
        found.Unexpressed.ShouldHaveSingleItem().ShouldStartWith(named);
        found.Disks.ShouldBeEmpty();
        found.Nics.ShouldBeEmpty();
    }
}
