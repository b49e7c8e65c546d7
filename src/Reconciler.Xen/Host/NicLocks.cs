namespace Reconciler.Xen.Host;

/// <summary>The only addresses that a guest may send from by one of its NICs; the host drops frames from others.</summary>
public sealed record NicLocks
{
    /// <summary>Whether it may send from the NIC's own MAC address alone.</summary>
    public bool Mac { get; init; }

    /// <summary>
    /// The IPv4 and IPv6 addresses that it may send from, as .NET writes them; empty: any. Other protocols than these and ARP may not be sent then.
    /// </summary>
    public ValueList<string> Ips { get; init => field = value ?? []; } = [];
}
