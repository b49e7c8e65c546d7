using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Tests.Validation;

public sealed class VbdValidationTests
{
    private static readonly string Sha = new('a', 64);

    public static TheoryData<string, VbdSource?, VbdType> Good => new()
    {
        { "a volume", Sample.Volume("web.img"), VbdType.Disk },
        { "a new volume", Create("10Gi"), VbdType.Disk },
        { "a copy", Create("10Gi", new VolumeOrigin { Volume = new VolumeReference { Name = "golden" } }), VbdType.Disk },
        { "an import", Create("10Gi", new VolumeOrigin { Http = new HttpOrigin { Url = "https://images.example/a.raw", Sha256 = Sha } }), VbdType.Disk },
        { "a block device", Device("/dev/disk/by-id/wwn-0x5000"), VbdType.Disk },
        { "a file", Image("/srv/a.qcow2", DiskFormat.Qcow2), VbdType.Disk },
        { "an ISO image", Iso("debian.iso"), VbdType.CDROM },
        { "a drive of the host", Device("/dev/sr0"), VbdType.CDROM },
        { "an image file in a drive", Image("/srv/a.iso", DiskFormat.Raw), VbdType.CDROM },
        { "an empty drive", null, VbdType.CDROM },
    };

    public static TheoryData<string, VbdSource?, VbdType> Bad => new()
    {
        { "spec.source: missing: a Disk needs a source.", null, VbdType.Disk },
        { "spec.source: \"\": exactly one kind of source must be given.", new VbdSource(), VbdType.Disk },
        {
            "spec.source: \"volume and file\": exactly one kind of source must be given.",
            Sample.Volume("a") with { File = new FileSource { Path = "/a" } }, VbdType.Disk
        },
        { "spec.source.volume.name: ../a: not the name of a volume", Sample.Volume("../a"), VbdType.Disk },
        { "spec.source.volume.name: ..: not the name of a volume", Sample.Volume(".."), VbdType.Disk },
        { "spec.source.volume.name: .hidden: not the name of a volume", Sample.Volume(".hidden"), VbdType.Disk },
        { "spec.source.volume.name: \"a\n\": not the name of a volume", Sample.Volume("a\n"), VbdType.Disk },
        { "spec.source.volume.pool: Pool_1: not the name of a XenStoragePool", Sample.Volume("a", "Pool_1"), VbdType.Disk },
        { "spec.source.volume.pool: missing: no XenStoragePool is named.", Sample.Volume("a", ""), VbdType.Disk },
        { "spec.source.volume.create.size: 10GB: not a quantity of bytes.", Create("10GB"), VbdType.Disk },
        { "spec.source.volume.create.size: 1Ki: less than the minimum of 1Mi.", Create("1Ki"), VbdType.Disk },
        { "spec.source.volume.create.size: 0: that many bytes are less than the minimum of 1Mi.", Create("0"), VbdType.Disk },
        { "spec.source.volume.create.from: \"\": exactly one origin must be given.", Create("1Gi", new VolumeOrigin()), VbdType.Disk },
        {
            "spec.source.volume.create.from.volume.name: new: a volume can't be made from itself.",
            Create("1Gi", new VolumeOrigin { Volume = new VolumeReference { Name = "new" } }), VbdType.Disk
        },
        {
            "spec.source.volume.create.from.http.url: \"file:///etc/passwd\": not a URL that can be fetched.",
            Create("1Gi", new VolumeOrigin { Http = new HttpOrigin { Url = "file:///etc/passwd", Sha256 = Sha } }), VbdType.Disk
        },
        {
            "spec.source.volume.create.from.http.sha256: abc: not a SHA-256.",
            Create("1Gi", new VolumeOrigin { Http = new HttpOrigin { Url = "http://x/", Sha256 = "abc" } }), VbdType.Disk
        },
        { "spec.source.blockDevice.path: sda: not an absolute path.", Device("sda"), VbdType.Disk },
        { "spec.source.blockDevice.path: \"\": no block device is named.", Device(""), VbdType.Disk },
        { "spec.source.file.path: a.img: not an absolute path.", Image("a.img", null), VbdType.Disk },
        { "spec.source.iso: a.iso: only a CDROM takes an ISO image.", Iso("a.iso"), VbdType.Disk },
        { "spec.source.volume: a: a CDROM takes no volume.", Sample.Volume("a"), VbdType.CDROM },
        { "spec.source.file.format: Qcow2: a CDROM takes no Qcow2 image.", Image("/a", DiskFormat.Qcow2), VbdType.CDROM },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void What_a_disk_can_have_is_accepted(string what, VbdSource? source, VbdType type) =>
        VbdValidation.Validate(Of(source, type)).ShouldBeEmpty(what);

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_source_that_can_t_be_is_refused_with_field_value_and_remedy(string message, VbdSource? source, VbdType type)
    {
        var error = VbdValidation.Validate(Of(source, type)).ShouldHaveSingleItem();
        error.ToString().ShouldStartWith(message);
        error.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("sda")]
    [InlineData("xvda1")]
    [InlineData("")]
    public void A_device_name_that_is_none_is_refused(string device) =>
        Fields(Sample.Vbd(device: device)).ShouldBe(["spec.device"]);

    [Theory]
    [InlineData("xvda")]
    [InlineData("xvdq")]
    [InlineData("xvdzz")]
    public void The_seventeenth_disk_and_later_ones_have_names(string device) => Fields(Sample.Vbd(device: device)).ShouldBeEmpty();

    [Theory]
    [InlineData("Web")]
    [InlineData("")]
    [InlineData("other/web")]
    public void A_Domain_that_can_t_be_named_so_is_refused(string domain) => Fields(Sample.Vbd(domain: domain)).ShouldBe(["spec.domain"]);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(3600, true)]
    [InlineData(3601, false)]
    public void The_time_to_let_go_has_bounds(int seconds, bool accepted) =>
        Fields(Sample.Vbd().With(spec => spec with { Detach = new DetachSpec { TimeoutSeconds = seconds } }))
            .ShouldBe(accepted ? [] : ["spec.detach.timeoutSeconds"]);

    [Theory]
    [InlineData(DiskFormat.Raw, VbdMode.ReadWrite, true)]
    [InlineData(DiskFormat.Qcow2, VbdMode.ReadOnly, true)]
    [InlineData(DiskFormat.Qcow2, VbdMode.ReadWrite, false)]
    [InlineData(DiskFormat.Qcow2, null, false)]
    public void Two_writers_of_one_Qcow2_image_are_refused(DiskFormat format, VbdMode? mode, bool accepted) =>
        Fields(Sample.Vbd(source: Image("/a", format)).With(spec => spec with { Shareable = true, Mode = mode }))
            .ShouldBe(accepted ? [] : ["spec.shareable"]);

    [Fact]
    public void Values_that_code_alone_can_give_are_refused() =>
        Fields(Sample.Vbd().With(spec => spec with { Mode = (VbdMode)7, Detach = new DetachSpec { OnTimeout = (DetachTimeoutAction)7 } }))
            .ShouldBe(["spec.mode", "spec.detach.onTimeout"]);

    [Fact]
    public void An_object_without_a_spec_is_refused() => Fields(new Vbd()).ShouldBe(["spec"]);

    private static string[] Fields(Vbd vbd) => [.. VbdValidation.Validate(vbd).Select(error => error.Field)];

    private static Vbd Of(VbdSource? source, VbdType type) => Sample.Vbd().With(spec => spec with { Source = source, Type = type });

    private static VbdSource Create(string size, VolumeOrigin? from = null)
    {
        var volume = Sample.Volume("new").Volume!;
        return new VbdSource { Volume = volume with { Create = new VolumeCreate { Size = size, From = from } } };
    }

    private static VbdSource Device(string path) => new() { BlockDevice = new BlockDeviceSource { Path = path } };

    private static VbdSource Image(string path, DiskFormat? format) => new() { File = new FileSource { Path = path, Format = format } };

    private static VbdSource Iso(string name) => new() { Iso = new IsoSource { Pool = "isos", Name = name } };
}
