using System.Net;
using Reconciler.Agent.Networking;
using Reconciler.Api.Conditions;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Mapping;

/// <summary>From a VIF to the NIC that is attached for it.</summary>
/// <remarks>What can't be done is refused and not left out: a guest without its VLAN or its locks would be on a network that it must not be on.</remarks>
internal sealed class NicMapping(string host, IBridges bridges, Func<string, XenNetwork?> networkOf)
{
    /// <summary>The finding with its NIC, or with what is wrong.</summary>
    public DeviceFinding Map(DeviceFinding device)
    {
        if (device.Vif is not { Spec: { } spec } vif) return device;
        if (networkOf(spec.Network) is not { Spec: { } network } offered)
            return device with { Problem = new Problem(DeviceReadyCondition.NetworkNotReady, $"There is no XenNetwork {spec.Network}.") };
        if (XenNetworkValidation.Validate(offered) is [var error, ..])
            return device with { Problem = new Problem(DeviceReadyCondition.NetworkNotReady, $"XenNetwork {spec.Network} is not accepted: {error}") };

        var place = network.On(host);
        var state = bridges.Look(place with { Mtu = spec.Mtu ?? place.Mtu });
        if (!state.IsReady)
        {
            var reason = state.Reason switch
            {
                BridgeState.NotAllowed => DeviceReadyCondition.NotAllowed,
                BridgeState.NotSupported => DeviceReadyCondition.NotSupported,
                _ => DeviceReadyCondition.NetworkNotReady,
            };
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
                Bridge = place.Bridge,
                Vlan = place.Vlan,
                Mtu = spec.Mtu ?? place.Mtu,
                RateBytesPerSecond = VifRate.TryParse(spec.Rate, out var rate) ? rate : null,
                LinkDown = spec.LinkState == LinkState.Down,
                Locks = Locks(spec.LockedAddresses),
            },
        };
    }

    /// <summary>In the form in which addresses are compared; null: locked to nothing.</summary>
    private static NicLocks? Locks(LockedAddresses? locked) => locked is null or { Mac: false, Ips: null or { Count: 0 } } ? null : new NicLocks
    {
        Mac = locked.Mac ?? true,
        Ips = [.. (locked.Ips ?? []).Select(ip => IPAddress.Parse(ip).ToString()).Distinct(StringComparer.Ordinal)],
    };
}
