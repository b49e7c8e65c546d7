using Reconciler.Agent.Networking;
using Reconciler.Api.Conditions;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>From a VIF to the NIC that is attached for it.</summary>
/// <remarks>What can't be done yet is refused and not left out: a guest without its VLAN or its locks would be on a network that it must not be on.</remarks>
internal sealed class NicMapping(string host, IBridges bridges, Func<string, XenNetwork?> networkOf)
{
    /// <summary>The finding with its NIC, or with what is wrong.</summary>
    public DeviceFinding Map(DeviceFinding device)
    {
        if (device.Vif is not { Spec: { } spec } vif) return device;
        if (networkOf(spec.Network) is not { Spec: { } network })
            return device with { Problem = new Problem(DeviceReadyCondition.NetworkNotReady, $"There is no XenNetwork {spec.Network}.") };
        if (NotSupported(spec, network) is { } what) return device with { Problem = new Problem(DeviceReadyCondition.NotSupported, what) };

        var bridge = BridgeOf(network, host);
        var state = bridges.Look(bridge);
        if (!state.IsReady)
        {
            var reason = state.Reason == BridgeState.NotAllowed ? DeviceReadyCondition.NotAllowed : DeviceReadyCondition.NetworkNotReady;
            return device with { Problem = new Problem(reason, $"XenNetwork {spec.Network}: {state.Message}") };
        }

        return device with
        {
            Nic = new DesiredNic
            {
                ObjectUid = device.Uid,
                ObjectName = vif.Metadata.Name!,
                Index = spec.Index,
                Mac = MacAddress.Of(vif)!,
                Bridge = bridge,
                Mtu = spec.Mtu ?? network.Mtu,
                RateBytesPerSecond = VifRate.TryParse(spec.Rate, out var rate) ? rate : null,
            },
        };
    }

    /// <summary>The bridge of a network on a host: what the network says of the host in particular counts before what it says of all.</summary>
    public static string BridgeOf(XenNetworkSpec network, string host) => network.Hosts?.FirstOrDefault(h => h.Name == host)?.Bridge ?? network.Bridge;

    private static string? NotSupported(VifSpec spec, XenNetworkSpec network)
    {
        if (network.Vlan is { } vlan) return $"XenNetwork {spec.Network} is VLAN {vlan} of its bridge, which is not supported yet: give it a bridge of its own for that VLAN.";
        if (spec.LockedAddresses is not null) return "spec.lockedAddresses is not supported yet: leave it out to attach the NIC without such protection.";
        return spec.LinkState == LinkState.Down ? "spec.linkState: Down is not supported yet: delete the VIF to take it from the guest." : null;
    }
}
