using Reconciler.Cli.Importing;
using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Tests.Importing;

public sealed class DiskImportTests
{
    /// <summary>The forms of a vdev in xl-disk-configuration(5).</summary>
    [Theory]
    [InlineData("xvda", "xvda")]
    [InlineData("sdb", "xvdb")]
    [InlineData("hdc", "xvdc")]
    [InlineData("d0", "xvda")]
    [InlineData("d15p0", "xvdp")]
    [InlineData("d16", "xvdq")]
    [InlineData("d701", "xvdzz")]
    [InlineData("51712", "xvda")]
    [InlineData("0xca10", "xvdb")]
    public void A_disk_is_known_by_its_name_its_place_or_its_number(string vdev, string device) => Device(vdev).ShouldBe(device);

    [Theory]
    [InlineData("xvda1")]
    [InlineData("sda2")]
    [InlineData("d0p1")]
    [InlineData("d702")]
    [InlineData("d2147483647")]
    [InlineData("d99999999999")]
    [InlineData("51713")]
    public void What_is_no_disk_that_a_VBD_can_be_is_left_out(string vdev) => Device(vdev).ShouldBeNull();

    private static string? Device(string vdev) => DiskImport.Read(XlValue.Of($"/dev/vg/a,raw,{vdev},w", 1), 0, [])?.Device;
}
