using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Nics;

/// <summary>A NIC of a Domain: the spec of a VIF, whose object the operator makes and keeps.</summary>
public sealed record VifTemplate
{
    /// <summary>
    /// Which NIC of the Domain it is, 0 to 7: eth0 in most guests for 0. The VIF is called after it: web-vif0 for the Domain web.
    /// </summary>
    [Range(0, VifSpec.MaximumIndex)]
    public required int Index { get; init; }

    /// <inheritdoc cref="VifSpec.Network"/>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    public required string Network { get; init; }

    /// <inheritdoc cref="VifSpec.MacAddress"/>
    [Length(Nics.MacAddress.Length, Nics.MacAddress.Length)]
    [Pattern(Nics.MacAddress.Pattern)]
    [ValidationRule("self != '00:00:00:00:00:00'", "must not be all zero")]
    public string? MacAddress { get; init; }

    /// <inheritdoc cref="VifSpec.Mtu"/>
    [Range(VifSpec.MinimumMtu, VifSpec.MaximumMtu)]
    public int? Mtu { get; init; }

    /// <inheritdoc cref="VifSpec.Rate"/>
    [Length(4, VifRate.MaximumLength)]
    [Pattern(VifRate.Pattern)]
    [ValidationRule(VifRate.AtLeastMinimum, "must be at least 8Kb/s")]
    public string? Rate { get; init; }

    /// <inheritdoc cref="VifSpec.LinkState"/>
    [Default(Nics.LinkState.Up)]
    public LinkState? LinkState { get; init; }

    /// <inheritdoc cref="VifSpec.LockedAddresses"/>
    public LockedAddresses? LockedAddresses { get; init; }

    /// <inheritdoc cref="VifSpec.Detach"/>
    [Default(DefaultAttribute.EmptyObject)]
    public DetachSpec? Detach { get; init; }

    /// <summary>The spec of the VIF that is made from it.</summary>
    /// <param name="domain">The Domain's name.</param>
    public VifSpec ToSpec(string domain) => new()
    {
        Domain = domain,
        Index = Index,
        Network = Network,
        MacAddress = MacAddress,
        Mtu = Mtu,
        Rate = Rate,
        LinkState = LinkState,
        LockedAddresses = LockedAddresses,
        Detach = Detach,
    };

    /// <summary>The template of a spec: all but its domain.</summary>
    public static VifTemplate Of(VifSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new()
        {
            Index = spec.Index,
            Network = spec.Network,
            MacAddress = spec.MacAddress,
            Mtu = spec.Mtu,
            Rate = spec.Rate,
            LinkState = spec.LinkState,
            LockedAddresses = spec.LockedAddresses,
            Detach = spec.Detach,
        };
    }
}
