namespace Reconciler.Xen.Store.Tests;

public sealed class XenstoreEndpointsTests
{
    [Theory]
    [InlineData("/x/socket", "/y", "/run/xenstored/socket", "/x/socket")]
    [InlineData(null, "/y", "/run/xenstored/socket", "/y/socket")]
    [InlineData(null, "/y/", "/run/xenstored/socket", "/y/socket")]
    [InlineData("", "", "/var/run/xenstored/socket", "/var/run/xenstored/socket")]
    [InlineData(null, null, "/dev/xen/xenbus", "/dev/xen/xenbus")]
    [InlineData(null, null, "/proc/xen/xenbus", "/proc/xen/xenbus")]
    [InlineData(null, null, "/nothing/of/it", "/run/xenstored/socket")]
    public void The_environment_comes_first_then_what_exists(string? path, string? directory, string existing, string expected)
    {
        string? Variable(string name) => name switch { "XENSTORED_PATH" => path, "XENSTORED_RUNDIR" => directory, _ => null };
        XenstoreEndpoints.Resolve(Variable, candidate => candidate == existing).ShouldBe(expected);
    }
}
