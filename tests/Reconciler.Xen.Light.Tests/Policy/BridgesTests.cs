using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Policy;

public sealed class BridgesTests : IDisposable
{
    private readonly string _interfaces = Directory.CreateTempSubdirectory("reconciler-net-").FullName;
    private readonly HostPolicy _policy = new() { Bridges = ["xenbr0", "xenbr1", "eth0"] };

    public BridgesTests()
    {
        Directory.CreateDirectory(Path.Combine(_interfaces, "xenbr0", "bridge"));
        Directory.CreateDirectory(Path.Combine(_interfaces, "eth0"));
        Directory.CreateDirectory(Path.Combine(_interfaces, "secret0", "bridge"));
    }

    [Fact]
    public void A_bridge_that_is_allowed_and_there_is_fine() => Bridges.Check(Domains.Nic(), _policy, _interfaces).ShouldBeNull();

    [Theory]
    [InlineData("secret0", "BridgeNotAllowed", "The bridge secret0 is not one that this host allows (xenbr0, xenbr1, eth0)")]
    [InlineData("../xenbr0", "BridgeNotAllowed", "The bridge ../xenbr0 is not one that this host allows")]
    [InlineData("xenbr1", "BridgeNotFound", "There is no bridge xenbr1 on this host")]
    [InlineData("eth0", "BridgeNotFound", "eth0 is a network interface of this host, and no bridge")]
    public void Any_other_is_named_with_the_reason(string bridge, string reason, string message)
    {
        var objection = Bridges.Check(Domains.Nic() with { Bridge = bridge }, _policy, _interfaces)!;
        objection.Field.ShouldBe("vif lan");
        objection.Reason.ShouldBe(reason);
        objection.Message.ShouldStartWith(message);
    }

    public void Dispose() => Directory.Delete(_interfaces, recursive: true);
}
