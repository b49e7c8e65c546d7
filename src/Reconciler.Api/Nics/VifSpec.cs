using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Nics;

/// <summary>What the NIC should be. Written by users, and by the operator for a template of a Domain; the agents never change it.</summary>
public sealed record VifSpec
{
    public const int MaximumIndex = 7;
    public const int MinimumMtu = 68;
    public const int MaximumMtu = 65535;

    /// <summary>The name of the Domain that the NIC belongs to, in the same namespace; it need not exist yet. Can't be changed.</summary>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    [ValidationRule("self == oldSelf", "domain can't be changed: delete the VIF and create it anew")]
    public required string Domain { get; init; }

    /// <summary>Which NIC of the Domain it is, 0 to 7: eth0 in most guests for 0. Can't be changed.</summary>
    [Range(0, MaximumIndex)]
    [ValidationRule("self == oldSelf", "index can't be changed: delete the VIF and create it anew")]
    public required int Index { get; init; }

    /// <summary>The name of the XenNetwork that it is on.</summary>
    [Length(1, XenApi.MaximumObjectNameLength)]
    [Pattern(XenApi.ObjectNamePattern)]
    public required string Network { get; init; }

    /// <summary>
    /// The MAC address, unicast: 00:16:3e:01:02:03. Left out: 00:16:3e and 24 bits of the SHA-256 of the VIF's uid, see status.macAddress.
    /// </summary>
    [Length(Nics.MacAddress.Length, Nics.MacAddress.Length)]
    [Pattern(Nics.MacAddress.Pattern)]
    [ValidationRule("self != '00:00:00:00:00:00'", "must not be all zero")]
    public string? MacAddress { get; init; }

    /// <summary>The largest packet, bytes, 68 to 65535. Left out: that of the XenNetwork.</summary>
    [Range(MinimumMtu, MaximumMtu)]
    public int? Mtu { get; init; }

    /// <summary>
    /// How fast the guest may send, as in xl.cfg: a whole number, K, M or G (decimal), b/s (bits a second) or B/s (bytes a second):
    /// 100Mb/s, 12MB/s. At least 8Kb/s. Left out: not limited.
    /// </summary>
    [Length(4, VifRate.MaximumLength)]
    [Pattern(VifRate.Pattern)]
    [ValidationRule(VifRate.AtLeastMinimum, "must be at least 8Kb/s")]
    public string? Rate { get; init; }

    /// <summary>Whether the cable is plugged in: Up or Down. Down leaves the NIC in the guest, and drops every frame to and from it.</summary>
    [Default(Nics.LinkState.Up)]
    public LinkState? LinkState { get; init; }

    /// <summary>The only addresses that the guest may send from. Left out: any.</summary>
    public LockedAddresses? LockedAddresses { get; init; }

    /// <summary>How the NIC is taken from a running guest.</summary>
    [Default(DefaultAttribute.EmptyObject)]
    public DetachSpec? Detach { get; init; }
}
