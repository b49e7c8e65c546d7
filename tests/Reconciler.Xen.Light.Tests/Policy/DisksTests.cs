using System.Buffers.Binary;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Policy;

public sealed class DisksTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-disks-").FullName;

    public DisksTests()
    {
        Directory.CreateDirectory(At("allowed/sub"));
        Directory.CreateDirectory(At("other"));
        foreach (var file in (string[])["allowed/disk", "allowed/sub/disk", "other/secret"]) File.WriteAllText(At(file), "x");
        File.WriteAllText(At("allowed/empty"), "");
    }

    [Theory]
    [InlineData("allowed/disk")]
    [InlineData("allowed/sub/disk")]
    public void An_image_in_an_allowed_directory_or_below_it_is_fine(string path) => Check(path).ShouldBeNull();

    [Theory]
    [InlineData("other/secret")]
    [InlineData("other/not-even-there")]
    [InlineData("allowed/../other/secret")]
    [InlineData("allowed/sub/../../other/secret")]
    public void An_image_elsewhere_is_not_allowed_and_whether_it_exists_is_not_told(string path)
    {
        var objection = Check(path)!;
        objection.Reason.ShouldBe("PathNotAllowed");
        objection.Field.ShouldBe("vbd data");
        objection.Message.ShouldBe($"{At(path)} is outside of what this host allows disks to be made of ({At("allowed")}). Use a file or device in one of them, or extend the agent's host policy.");
    }

    [Theory]
    [InlineData("{root}/other/secret")]
    [InlineData("../other/secret")]
    [InlineData("/dev/null")]
    public void A_link_that_leads_out_is_not_allowed(string target)
    {
        File.CreateSymbolicLink(At("allowed/link"), target.Replace("{root}", _root));
        Check("allowed/link")!.Reason.ShouldBe("PathNotAllowed");
    }

    [Fact]
    public void A_link_within_is_followed()
    {
        File.CreateSymbolicLink(At("allowed/link"), At("allowed/sub/disk"));
        Disks.Check(Disk("allowed/link"), Policy, out var resolved).ShouldBeNull();
        resolved.Path.ShouldBe(At("allowed/sub/disk"));
    }

    [Theory]
    [InlineData("allowed/missing", "DiskNotFound")]
    [InlineData("allowed/sub", "DiskNotFound")]
    [InlineData("allowed/empty", "DiskNotReadable")]
    public void What_is_no_image_is_said(string path, string reason) => Check(path)!.Reason.ShouldBe(reason);

    [Fact]
    public void A_relative_path_is_not_allowed() =>
        Disks.Check(Domains.Disk() with { Path = "disk" }, Policy, out _)!.Message.ShouldBe("\"disk\" is not an absolute path in dom0.");

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/shm")]
    [InlineData("/dev")]
    public void Below_dev_only_block_devices_are_allowed(string path) =>
        Disks.Check(Domains.Disk() with { Path = path }, new HostPolicy { DiskDirectories = ["/dev"] }, out _)!.Reason.ShouldBe("PathNotAllowed");

    [Fact]
    public void A_file_that_is_no_qcow2_image_is_not_taken_for_one()
    {
        var objection = Qcow2("allowed/disk")!;
        objection.Reason.ShouldBe("DiskFormatMismatch");
        objection.Message.ShouldContain("is no qcow2 image");
    }

    [Fact]
    public void A_qcow2_image_is_fine()
    {
        WriteQcow2(version: 2, backingFile: 0, features: 0);
        Qcow2("allowed/qcow2").ShouldBeNull();
        WriteQcow2(version: 3, backingFile: 0, features: 1);
        Qcow2("allowed/qcow2").ShouldBeNull();
    }

    [Theory]
    [InlineData(2, 0x200ul, 0ul)]
    [InlineData(3, 0x200ul, 0ul)]
    [InlineData(3, 0ul, 4ul)]
    public void A_qcow2_image_that_brings_another_file_into_the_guest_is_not_allowed(uint version, ulong backingFile, ulong features)
    {
        WriteQcow2(version, backingFile, features);
        Qcow2("allowed/qcow2")!.Reason.ShouldBe("DiskNotAllowed");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private HostPolicy Policy => new() { DiskDirectories = [At("allowed")] };

    private HostObjection? Check(string path) => Disks.Check(Disk(path), Policy, out _);

    private HostObjection? Qcow2(string path) => Disks.Check(Disk(path) with { Format = DiskFormat.Qcow2 }, Policy, out _);

    private DesiredDisk Disk(string path) => Domains.Disk() with { Path = At(path) };

    private string At(string path) => Path.Combine(_root, path);

    private void WriteQcow2(uint version, ulong backingFile, ulong features)
    {
        Span<byte> header = stackalloc byte[112];
        header.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(header, 0x514649FB);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], version);
        BinaryPrimitives.WriteUInt64BigEndian(header[8..], backingFile);
        BinaryPrimitives.WriteUInt64BigEndian(header[72..], features);
        File.WriteAllBytes(At("allowed/qcow2"), header);
    }
}
