namespace Reconciler.Xen.Host;

/// <summary>One NIC as it should be attached to a domain.</summary>
public sealed record DesiredNic
{
    /// <summary>The uid of the object that asks for it.</summary>
    public required Guid ObjectUid { get; init; }

    /// <summary>The name of that object, for messages.</summary>
    public required string ObjectName { get; init; }

    /// <summary>Its index in the domain, from 0.</summary>
    public required int Index { get; init; }

    /// <summary><c>00:16:3e:01:02:03</c>, lower case.</summary>
    public required string Mac { get; init; }

    /// <summary>The bridge in dom0 that it is plugged into.</summary>
    public required string Bridge { get; init; }

    /// <summary>Bytes; null: the backend's own.</summary>
    public int? Mtu { get; init; }

    /// <summary>The most that the guest can send, bytes per second; null: no limit.</summary>
    public long? RateBytesPerSecond { get; init; }

    /// <summary>The VLAN of the bridge that it is in, untagged to the guest, 1 to 4094; null: the one that the bridge gives its ports.</summary>
    public int? Vlan { get; init; }

    /// <summary>True: no frame passes in either direction, as with the cable unplugged.</summary>
    public bool LinkDown { get; init; }

    /// <summary>The only addresses that the guest may send from; null: any.</summary>
    public NicLocks? Locks { get; init; }

    public DeviceRef Ref => new(DeviceKind.Vif, Index);

    /// <summary>
    /// Whether dom0 has to filter what passes: to enforce <see cref="LinkDown"/> or <see cref="Locks"/>, and to let nothing pass before it is in its VLAN.
    /// </summary>
    public bool IsGuarded => LinkDown || Locks is not null || Vlan is not null;

    /// <summary>
    /// Whether a NIC that is attached in this way can be made the other while the guest has it: everything behind it in dom0 can, and nothing of
    /// what the guest has read of it.
    /// </summary>
    public bool CanBecome(DesiredNic other) => other == ChangedTo(other);

    /// <summary>This NIC with all of another that can be changed while the guest has it.</summary>
    public DesiredNic ChangedTo(DesiredNic other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            ObjectName = other.ObjectName,
            Bridge = other.Bridge,
            Vlan = other.Vlan,
            RateBytesPerSecond = other.RateBytesPerSecond,
            LinkDown = other.LinkDown,
            Locks = other.Locks,
        };
    }
}
