using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Xen.Light.Tests.Policy;

public sealed class BootFilesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-boot-").FullName;

    public BootFilesTests()
    {
        Directory.CreateDirectory(At("allowed/sub"));
        Directory.CreateDirectory(At("allowed-not"));
        Directory.CreateDirectory(At("other"));
        foreach (var file in (string[])["allowed/kernel", "allowed/sub/ramdisk", "allowed-not/kernel", "other/secret"]) File.WriteAllText(At(file), "x");
    }

    [Fact]
    public void Files_in_an_allowed_directory_and_below_it_are_fine()
    {
        BootFiles.Check(new DirectBoot(At("allowed/kernel"), At("allowed/sub/ramdisk")), Policy, out var resolved).ShouldBeEmpty();
        resolved.ShouldBe(new DirectBoot(At("allowed/kernel"), At("allowed/sub/ramdisk")));
    }

    [Theory]
    [InlineData("other/secret")]
    [InlineData("allowed-not/kernel")]
    [InlineData("allowed/../other/secret")]
    [InlineData("allowed/sub/../../other/secret")]
    [InlineData("other/not-even-there")]
    [InlineData("allowed")]
    public void A_file_elsewhere_is_not_allowed_and_whether_it_exists_is_not_told(string path)
    {
        var objection = Only(path);
        objection.Field.ShouldBe("boot.kernel");
        objection.Reason.ShouldBe("PathNotAllowed");
        objection.Message.ShouldContain(At("allowed"));
    }

    [Theory]
    [InlineData("allowed/link", "../other/secret")]
    [InlineData("allowed/link", "{root}/other/secret")]
    [InlineData("allowed/link", "sub/../../other/secret")]
    public void A_link_that_leads_out_is_not_allowed(string link, string target)
    {
        File.CreateSymbolicLink(At(link), target.Replace("{root}", _root));
        Only(link).Reason.ShouldBe("PathNotAllowed");
    }

    [Fact]
    public void A_directory_link_followed_by_dots_is_followed_as_the_kernel_does()
    {
        // Lexically allowed/link/../kernel is allowed/kernel; really it is other/../kernel.
        Directory.CreateSymbolicLink(At("allowed/link"), At("other"));
        Only("allowed/link/../allowed-not/kernel").Reason.ShouldBe("PathNotAllowed");
        Only("allowed/link/secret").Reason.ShouldBe("PathNotAllowed");
    }

    [Fact]
    public void A_link_within_is_fine_and_resolved()
    {
        File.CreateSymbolicLink(At("allowed/current"), "kernel");
        BootFiles.Check(new DirectBoot(At("allowed/current")), Policy, out var resolved).ShouldBeEmpty();
        resolved.Kernel.ShouldBe(At("allowed/kernel"));
    }

    [Fact]
    public void An_allowed_directory_may_itself_be_a_link()
    {
        Directory.CreateSymbolicLink(At("boot"), At("allowed"));
        HostPolicy policy = new() { BootDirectories = [At("boot")] };
        BootFiles.Check(new DirectBoot(At("boot/kernel")), policy, out var resolved).ShouldBeEmpty();
        resolved.Kernel.ShouldBe(At("allowed/kernel"));
    }

    [Theory]
    [InlineData("allowed/missing", "KernelNotFound")]
    [InlineData("allowed/sub", "KernelNotFound")]
    [InlineData("allowed/empty", "KernelNotReadable")]
    [InlineData("allowed/loop", "KernelNotFound")]
    public void A_file_that_is_not_usable_is_named_with_its_reason(string path, string reason)
    {
        File.WriteAllText(At("allowed/empty"), "");
        File.CreateSymbolicLink(At("allowed/loop"), "loop");
        var objection = Only(path);
        objection.Reason.ShouldBe(reason);
        objection.Message.ShouldContain(At(path));
    }

    [Fact]
    public void A_relative_path_is_refused() =>
        BootFiles.Check(new DirectBoot("vmlinuz"), Policy, out _).ShouldHaveSingleItem().Reason.ShouldBe("PathNotAllowed");

    [Fact]
    public void Each_bad_file_has_its_own_objection() =>
        BootFiles.Check(new DirectBoot(At("allowed/missing"), At("other/secret")), Policy, out _)
            .Select(o => (o.Field, o.Reason))
            .ShouldBe([("boot.kernel", "KernelNotFound"), ("boot.ramdisk", "PathNotAllowed")]);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private HostPolicy Policy => new() { BootDirectories = [At("allowed")] };

    private string At(string path) => Path.Combine(_root, path);

    private HostObjection Only(string path) => BootFiles.Check(new DirectBoot(At(path)), Policy, out _).ShouldHaveSingleItem();
}
