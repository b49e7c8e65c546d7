using Reconciler.Agent.Networking;
using Reconciler.Api.Networks;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Tests.Networking;

/// <summary>What a host says of a network, by what its kernel shows.</summary>
public sealed class KernelBridgesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-bridges-").FullName;
    private string? _filterMissing;

    public KernelBridgesTests()
    {
        Bridge("xenbr0", mtu: 1500, filters: false);
        Bridge("trunk", mtu: 9000, filters: true);
        Directory.CreateDirectory(Path.Combine(_root, "eth0"));
    }

    [Theory]
    [InlineData("xenbr0", null, null, "Ready", null)]
    [InlineData("xenbr0", null, 1500, "Ready", null)]
    [InlineData("xenbr0", null, 9000, "MtuTooLarge", "larger than that of the bridge xenbr0, 1500")]
    [InlineData("trunk", 7, 9000, "Ready", null)]
    [InlineData("xenbr0", 7, null, "NoVlanFiltering", "vlan_filtering 1")]
    [InlineData("missing", null, null, "NotFound", "There is no bridge missing")]
    [InlineData("eth0", null, null, "NotFound", "no bridge")]
    [InlineData("docker0", null, null, "NotAllowed", "policy")]
    public void A_network_is_what_the_kernel_shows_of_it(string bridge, int? vlan, int? mtu, string reason, string? message)
    {
        var state = Look(bridge, vlan, mtu);
        state.Reason.ShouldBe(reason);
        if (message is null) state.Message.ShouldBeNull();
        else state.Message.ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public void A_VLAN_takes_nftables_and_a_bridge_does_not()
    {
        _filterMissing = "libnftables is not there";
        Look("trunk", 7, null).ShouldSatisfyAllConditions(s => s.Reason.ShouldBe(BridgeState.NotSupported), s => s.Message.ShouldNotBeNull().ShouldContain("libnftables is not there"));
        Look("trunk", null, null).IsReady.ShouldBeTrue();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private BridgeState Look(string bridge, int? vlan, int? mtu) =>
        new KernelBridges(new HostPolicy { Bridges = ["xenbr0", "trunk", "missing", "eth0"] }, _root, () => _filterMissing)
            .Look(new NetworkHost { Name = "xen-a", Bridge = bridge, Vlan = vlan, Mtu = mtu });

    private void Bridge(string name, int mtu, bool filters)
    {
        Directory.CreateDirectory(Path.Combine(_root, name, "bridge"));
        File.WriteAllText(Path.Combine(_root, name, "mtu"), $"{mtu}\n");
        File.WriteAllText(Path.Combine(_root, name, "bridge", "vlan_filtering"), filters ? "1\n" : "0\n");
    }
}
