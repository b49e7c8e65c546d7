using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Configuration;

public sealed class DeviceConfigurationTests
{
    [Fact]
    public void A_raw_disk_is_served_by_the_kernel() => DiskConfiguration.ToJson(Domains.Disk()).ShouldBe(
        """{"pdev_path":"/nowhere/data.img","vdev":"xvdb","backend":"phy","format":"raw","readwrite":1,"is_cdrom":0,"removable":0}""");

    [Fact]
    public void A_qcow2_disk_is_served_by_QEMU() => DiskConfiguration.ToJson(Domains.Disk() with { Format = DiskFormat.Qcow2, ReadOnly = true }).ShouldBe(
        """{"pdev_path":"/nowhere/data.img","vdev":"xvdb","backend":"qdisk","format":"qcow2","readwrite":0,"is_cdrom":0,"removable":0}""");

    [Fact]
    public void A_CD_is_never_written_to() => DiskConfiguration.ToJson(Domains.Disk() with { CdRom = true }).ShouldBe(
        """{"pdev_path":"/nowhere/data.img","vdev":"xvdb","backend":"phy","format":"raw","readwrite":0,"is_cdrom":1,"removable":1}""");

    [Fact]
    public void A_NIC_has_what_was_asked_for_and_no_more() => NicConfiguration.ToJson(Domains.Nic()).ShouldBe(
        """{"devid":0,"mac":"00:16:3e:00:00:01","bridge":"xenbr0","nictype":"vif"}""");

    [Theory]
    [InlineData(1_000_000, 50_000)]
    [InlineData(1, 1)]
    [InlineData(long.MaxValue, 461_168_601_842_738_790)]
    public void A_rate_is_given_out_in_intervals(long bytesPerSecond, long bytesPerInterval) =>
        NicConfiguration.ToJson(Domains.Nic() with { Mtu = 9000, RateBytesPerSecond = bytesPerSecond }).ShouldBe(
            $$"""{"devid":0,"mac":"00:16:3e:00:00:01","bridge":"xenbr0","nictype":"vif","mtu":9000,"rate_bytes_per_interval":{{bytesPerInterval}},"rate_interval_usecs":50000}""");
}
