using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Nics;

/// <summary>The only addresses that a guest may send from. Frames from others are dropped on the host.</summary>
[Atomic]
public sealed record LockedAddresses
{
    public const int MaximumIps = 32;

    /// <summary>The longest IPv6 address in text, with an embedded IPv4 address, characters.</summary>
    public const int MaximumIpLength = 45;

    internal const string IpPattern = "^[0-9a-fA-F:.]{2,45}$";

    /// <summary>Whether the guest may send from the NIC's own MAC address alone.</summary>
    [Default(true)]
    public bool? Mac { get; init; }

    /// <summary>The IPv4 and IPv6 addresses that the guest may send from: 192.0.2.7, 2001:db8::7. Left out or empty: any.</summary>
    [Length(0, MaximumIps)]
    [Pattern(IpPattern)]
    public IReadOnlyList<string>? Ips { get; init; }
}
