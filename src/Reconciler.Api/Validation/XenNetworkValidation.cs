using Reconciler.Api.Networks;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Validation;

/// <summary>What a XenNetwork must fulfil by itself; the schema says the same.</summary>
/// <remarks>Pure: what the hosts can reach, their agents say.</remarks>
public static class XenNetworkValidation
{
    /// <summary>Every field that is wrong, in the order of the manifest; empty when the network is acceptable.</summary>
    public static IReadOnlyList<FieldError> Validate(XenNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.Spec is not { } spec) return [new FieldError("spec", null, "a XenNetwork needs a spec", "Give at least spec.bridge")];

        IEnumerable<FieldError?> errors =
        [
            Bridge("spec.bridge", spec.Bridge),
            FieldRules.Between("spec.vlan", spec.Vlan, XenNetworkSpec.MinimumVlan, XenNetworkSpec.MaximumVlan, "as a VLAN"),
            FieldRules.Between("spec.mtu", spec.Mtu, VifSpec.MinimumMtu, VifSpec.MaximumMtu, "bytes"),
            .. HostNames.Validate("spec.hosts", [.. (spec.Hosts ?? []).Select(host => host.Name)], XenNetworkSpec.MaximumHosts),
            .. (spec.Hosts ?? []).Select(host => Bridge($"spec.hosts[{host.Name}].bridge", host.Bridge)),
            .. (spec.Hosts ?? []).Select(host => FieldRules.Between($"spec.hosts[{host.Name}].vlan", host.Vlan, XenNetworkSpec.MinimumVlan, XenNetworkSpec.MaximumVlan, "as a VLAN")),
            .. (spec.Hosts ?? []).Select(host => FieldRules.Between($"spec.hosts[{host.Name}].mtu", host.Mtu, VifSpec.MinimumMtu, VifSpec.MaximumMtu, "bytes")),
        ];
        return [.. errors.OfType<FieldError>()];
    }

    private static FieldError? Bridge(string field, string? name) => FieldRules.Matches(
        field, name, XenNetworkSpec.BridgePattern, XenNetworkSpec.MaximumBridgeLength,
        $"not the name of a bridge: at most {XenNetworkSpec.MaximumBridgeLength} letters, digits and _ . -", "Give a name that ip link show type bridge shows");
}
