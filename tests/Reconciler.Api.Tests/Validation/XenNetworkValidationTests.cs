using Reconciler.Api.Networks;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Tests.Validation;

public sealed class XenNetworkValidationTests
{
    [Fact]
    public void A_bridge_is_all_that_a_network_needs() => XenNetworkValidation.Validate(Sample.Network()).ShouldBeEmpty();

    [Theory]
    [InlineData("xenbr0", true)]
    [InlineData("br-lan.10", true)]
    [InlineData("abcdefghijklmno", true)]
    [InlineData("abcdefghijklmnop", false)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("br/0", false)]
    [InlineData("-br", false)]
    [InlineData("br 0", false)]
    public void A_bridge_has_the_name_of_an_interface(string bridge, bool accepted) =>
        Fields(new XenNetworkSpec { Bridge = bridge }).ShouldBe(accepted ? [] : ["spec.bridge"]);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(4094, true)]
    [InlineData(4095, false)]
    public void A_VLAN_has_bounds(int vlan, bool accepted) =>
        Fields(new XenNetworkSpec { Bridge = "xenbr0", Vlan = vlan }).ShouldBe(accepted ? [] : ["spec.vlan"]);

    [Fact]
    public void Each_host_is_judged_by_its_name() => Fields(new XenNetworkSpec
    {
        Bridge = "xenbr0",
        Mtu = 1,
        Hosts = [new NetworkHost { Name = "a", Bridge = "br 0" }, new NetworkHost { Name = "b", Bridge = "br1" }, new NetworkHost { Name = "b", Bridge = "br1" }],
    }).ShouldBe(["spec.mtu", "spec.hosts[b]", "spec.hosts[a].bridge"]);

    private static string[] Fields(XenNetworkSpec spec) =>
        [.. XenNetworkValidation.Validate(Sample.Network() with { Spec = spec }).Select(error => error.Field)];
}
