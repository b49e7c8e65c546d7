using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Native;

public sealed class LibxlLibraryTests(LibxlLab lab)
{
    [Fact]
    public void The_newest_version_is_tried_first() =>
        LibxlLibrary.Sonames.ShouldBe(Enumerable.Range(14, 9).Reverse().Select(minor => $"libxenlight.so.4.{minor}"));

    [Fact]
    public void A_named_file_that_is_missing_is_said()
    {
        var failed = Should.Throw<XenException>(() => LibxlLibrary.Load("/no/such/libxenlight.so"));
        failed.Code.ShouldBe(XenErrorCode.Unavailable);
        failed.Message.ShouldContain("RECONCILER_LIBXENLIGHT=/no/such/libxenlight.so: no such file");
    }

    [Fact]
    public void A_named_file_that_is_no_library_is_said()
    {
        var failed = Should.Throw<XenException>(() => LibxlLibrary.Load("/etc/passwd"));
        failed.Message.ShouldContain("can't be loaded as a library");
    }

    [Fact]
    public void A_library_that_is_not_libxenlight_is_said_with_the_function_it_lacks()
    {
        var (handle, soname) = LibxlLibrary.Load(Path.Combine(lab.Libraries, "libxentoollog.so.1"));
        var failed = Should.Throw<XenException>(() => new LibxlFunctions(handle, soname));
        failed.Code.ShouldBe(XenErrorCode.Unavailable);
        failed.Message.ShouldContain("libxentoollog.so.1 has no function libxl_ctx_alloc");
        failed.Message.ShouldContain("Xen 4.14 to 4.22");
    }

    [Theory]
    [InlineData(new string[0], "/dev/xen/privcmd is not there")]
    [InlineData(new[] { "/dev/xen/privcmd" }, "Start xenstored")]
    [InlineData(new[] { "/dev/xen/privcmd", "/run/xenstored/socket" }, "could not be opened")]
    public void Why_the_host_cant_be_reached_is_said_in_terms_that_can_be_acted_on(string[] present, string message) =>
        HostAccess.Diagnose(present.Contains, "/run/xenstored/socket").ShouldContain(message);
}
