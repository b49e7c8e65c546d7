using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Tests.Importing.XlConfiguration;

/// <summary>The examples of xl-disk-configuration(5), and what old files have.</summary>
public sealed class XlDiskTests
{
    [Theory]
    [InlineData("/dev/vg/guest-volume,,hda", "/dev/vg/guest-volume raw hda rw")]
    [InlineData("/dev/vg/guest-volume,raw,hda,rw", "/dev/vg/guest-volume raw hda rw")]
    [InlineData("format=raw, vdev=hda, access=rw, target=/dev/vg/guest-volume", "/dev/vg/guest-volume raw hda rw")]
    [InlineData("raw:/dev/vg/guest-volume,hda,w", "/dev/vg/guest-volume raw hda rw")]
    [InlineData("/root/image.iso,,hdc,cdrom", "/root/image.iso raw hdc rw cdrom")]
    [InlineData("/root/image.iso,,hdc,,cdrom", "/root/image.iso raw hdc rw cdrom")]
    [InlineData("/root/image.iso,raw,hdc,devtype=cdrom", "/root/image.iso raw hdc rw cdrom")]
    [InlineData("format=raw, vdev=hdc, access=ro, devtype=cdrom, target=/root/image.iso", "/root/image.iso raw hdc ro cdrom")]
    [InlineData("raw:/root/image.iso,hdc:cdrom,ro", "/root/image.iso raw hdc ro cdrom")]
    [InlineData(",,hdc:cdrom,r", " raw hdc ro cdrom")]
    [InlineData("vdev=hdc,access=r,devtype=cdrom,format=empty", " empty hdc ro cdrom")]
    [InlineData("tap:aio:/srv/a.img,xvda,w", "/srv/a.img - xvda rw")]
    [InlineData("iscsi:iqn.2001-05.com.example,xvda,w", "iqn.2001-05.com.example - xvda rw script=block-iscsi")]
    [InlineData("vdev=xvda,script=block-nbd,target=a,b=c", "a,b=c - xvda rw script=block-nbd")]
    public void A_disk_is_taken_apart(string text, string expected) => Show(XlDisk.Parse(text, 1)).ShouldBe(expected);

    [Theory]
    [InlineData("", "a disk has no vdev")]
    [InlineData("/a,raw,xvda,w,extra", "a disk has too many parameters: extra")]
    [InlineData("/a,raw,xvda,x", "a disk has the unknown access x")]
    [InlineData("/a,raw,xvda:tape,w", "a disk has the unknown type tape")]
    [InlineData("http:/a,xvda,w", "a disk has the unknown prefix http:")]
    public void What_is_none_is_refused(string text, string message) => Should.Throw<XlSyntaxException>(() => XlDisk.Parse(text, 1)).Expected.ShouldStartWith(message);

    private static string Show(XlDisk disk) =>
        $"{disk.Target} {disk.Format ?? "-"} {disk.Device} {(disk.IsReadOnly ? "ro" : "rw")}{(disk.IsCdrom ? " cdrom" : "")}{(disk.Script is { } script ? $" script={script}" : "")}";
}
